import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { median } from '../compare.ts'

/** What the server process says once both its servers listen. */
export interface Listening {
  /** The tool server as it is. */
  readonly guarded: number
  /** The same without authentication: everybody is one and the same principal. */
  readonly open: number
  readonly token: string
}

/**
 * The p50 of tools/call with a remembered token in units of the p50 without authentication: one call at a time on
 * connections that stay, the two sides in turn (ABBA), so that both see the same machine.
 */
export async function toolCalls(options: { readonly rounds: number; readonly calls: number }): Promise<number> {
  const child = fork(new URL('server-process.ts', import.meta.url), { stdio: 'inherit' })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  try {
    const [{ guarded, open, token }] = (await once(child, 'message')) as [Listening]
    const timed = async (port: number, fields: Readonly<Record<string, string>>): Promise<number> => {
      const start = performance.now()
      await call(agent, port, fields)
      return performance.now() - start
    }
    const withToken = (): Promise<number> => timed(guarded, { authorization: `Bearer ${token}` })
    const without = (): Promise<number> => timed(open, {})
    const round = async (calls: number): Promise<number> => {
      const [a, b]: [number[], number[]] = [[], []]
      while (a.length < calls) {
        a.push(await withToken())
        b.push(await without(), await without())
        a.push(await withToken())
      }
      return median(a) / median(b)
    }
    await round(1_500)
    const ratios: number[] = []
    while (ratios.length < options.rounds) ratios.push(await round(options.calls))
    return median(ratios)
  } finally {
    agent.destroy()
    child.disconnect()
  }
}

async function call(agent: Agent, port: number, fields: Readonly<Record<string, string>>): Promise<void> {
  const outgoing = request({
    host: '127.0.0.1',
    port,
    path: '/mcp',
    method: 'POST',
    agent,
    headers: { ...FIELDS, ...fields },
  })
  outgoing.end(BODY)
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  let size = 0
  for await (const chunk of answer) size += (chunk as Buffer).length
  if (answer.statusCode !== 200 || size === 0) throw new Error(`tools/call was answered with ${answer.statusCode}`)
}

const REVISION = '2026-07-28'
const BODY = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: {
    name: 'get_server_info',
    arguments: {},
    _meta: {
      'io.modelcontextprotocol/protocolVersion': REVISION,
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
})
const FIELDS = {
  host: 'tools.example',
  'content-type': 'application/json',
  'content-length': String(Buffer.byteLength(BODY)),
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': REVISION,
  'mcp-method': 'tools/call',
  'mcp-name': 'get_server_info',
}
