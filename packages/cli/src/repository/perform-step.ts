import { readFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { signRequest } from '@ringfence/hmac-auth/client'
import type { DemoAction, DemoExpectation } from './demo-steps.ts'
import { DEVELOPMENT_CLIENT, type DevelopmentEnv } from './development-env.ts'
import { send, type Answer, type Outgoing } from './send.ts'

/** What the steps of one tour share. */
export interface Tour {
  readonly env: DevelopmentEnv
  readonly sessionId: string
  /** Every line the trading API has written so far. */
  readonly tradingLog: readonly string[]
  /** What each step sent, for replays. */
  readonly sent: Map<string, Outgoing>
}

/** Does what a step says and answers with what came back; looking at a file or the log has no status. */
export async function performStep(id: string, action: DemoAction, tour: Tour): Promise<Answer> {
  if (action.at === 'trading') return callTrading(id, action, tour)
  if (action.at === 'tools') return callTool(action, tour.env)
  if (action.at === 'database') return { status: 0, body: await openPlainly(tour.env['TRADING_DB_PATH']!) }
  return { status: 0, body: tour.tradingLog.filter((line) => line.includes(`"${action.event}"`)).join('\n') }
}

/** Every way in which an answer falls short of what the step expects. */
export function shortcomings(answer: Answer, expect: DemoExpectation): string[] {
  const why: string[] = []
  if (expect.status !== undefined && answer.status !== expect.status)
    why.push(`status ${answer.status}, not ${expect.status}`)
  if (expect.code !== undefined && !answer.body.includes(`"code":"${expect.code}"`)) why.push(`no code ${expect.code}`)
  for (const text of expect.includes ?? []) if (!answer.body.includes(text)) why.push(`no ${text}`)
  for (const text of expect.excludes ?? []) if (answer.body.includes(text)) why.push(`${text} shows`)
  return why
}

/**
 * Starts a session with the trade key. In its first two seconds a trading API refuses what might have been signed before
 * it began to remember nonces, so this waits for it.
 */
export async function startSession(env: DevelopmentEnv): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    const answer = await send(signed(env, { key: 'trade', method: 'POST', path: '/v1/sessions' }))
    if (answer.status === 201) return (JSON.parse(answer.body) as { sessionId: string }).sessionId
    if (answer.status !== 503 || attempt === 10) throw new Error(`no session was started: ${answer.body}`)
    await sleep(500)
  }
}

type TradingAction = Extract<DemoAction, { at: 'trading' }>
type ToolAction = Extract<DemoAction, { at: 'tools' }>

async function callTrading(id: string, action: TradingAction, { env, sessionId, sent }: Tour): Promise<Answer> {
  const outgoing = (): Outgoing => {
    const earlier = action.replay === undefined ? undefined : sent.get(action.replay)
    if (earlier !== undefined) return earlier
    const request = signed(env, action, action.path.startsWith('/v1/orders') ? sessionId : undefined)
    const [from, to] = action.tamper ?? ['', '']
    return action.tamper === undefined ? request : { ...request, body: request.body!.replace(from, to) }
  }
  const requests = Array.from({ length: action.times ?? 1 }, outgoing)
  sent.set(id, requests[0]!)
  const answers = await Promise.all(requests.map(send))
  return answers.toSorted((a, b) => a.status - b.status).at(-1)!
}

function signed(
  env: DevelopmentEnv,
  action: Pick<TradingAction, 'key' | 'method' | 'path' | 'body' | 'from'>,
  sessionId?: string,
): Outgoing {
  const keys = JSON.parse(env['TRADING_API_KEYS']!) as { id: string; label: string; secret: string }[]
  const { id: keyId, secret } = keys.find(({ label }) => label === action.key)!
  const url = `http://127.0.0.1:${env['TRADING_PORT']}${action.path}`
  const body = action.body === undefined ? undefined : JSON.stringify(action.body)
  const headers = signRequest({
    method: action.method,
    url,
    keyId,
    secret,
    tag: 'ringfence-trading',
    ...(body === undefined ? {} : { body }),
    ...(sessionId === undefined ? {} : { sessionId }),
  })
  const { method, from } = action
  return { method, url, headers, ...(body === undefined ? {} : { body }), ...(from === undefined ? {} : { from }) }
}

async function callTool(action: ToolAction, env: DevelopmentEnv): Promise<Answer> {
  const { tool: name, arguments: args, scope, audience = env['TOOLS_RESOURCE']! } = action
  const token = scope === undefined ? {} : { authorization: `Bearer ${await fetchToken(env, scope, audience)}` }
  const meta = { 'io.modelcontextprotocol/protocolVersion': REVISION, 'io.modelcontextprotocol/clientCapabilities': {} }
  const params = { name, arguments: args, _meta: meta }
  return send({
    method: 'POST',
    url: env['TOOLS_RESOURCE']!,
    headers: {
      ...token,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': REVISION,
      'mcp-method': 'tools/call',
      'mcp-name': name,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
  })
}

async function fetchToken(env: DevelopmentEnv, scope: string, resource: string): Promise<string> {
  const credentials = `${DEVELOPMENT_CLIENT}:${env['DEV_OAUTH_CLIENT_SECRET']}`
  const answer = await send({
    method: 'POST',
    url: `${env['TOOLS_OAUTH_ISSUER']}/token`,
    headers: {
      authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope, resource }).toString(),
  })
  const { access_token: token } = JSON.parse(answer.body) as { access_token?: string }
  if (token === undefined) throw new Error(`the OAuth server gave no token: ${answer.body}`)
  return token
}

async function openPlainly(path: string): Promise<string> {
  await readFile(path)
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    return JSON.stringify(database.prepare('SELECT name FROM sqlite_master').all())
  } catch (error) {
    return (error as Error).message
  } finally {
    database.close()
  }
}

const REVISION = '2026-07-28'
