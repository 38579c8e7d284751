// A slow gate: `node --conditions=@ringfence/source test/slow/redis-faults.ts`. The real app on a private Redis that dies,
// freezes, slows down or talks nonsense: how fast it refuses, what it lets in, and how soon it serves again.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateApiKey } from '@ringfence/hmac-auth'
import { signRequest } from '@ringfence/hmac-auth/client'
import { type RedisServer, startRedis, startRedisProxy } from '@ringfence/redis/testing'
import { developmentSettings, listening, start, until } from '../process-fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'trading-faults-'))
const key = generateApiKey({ scope: 'trade', allow: ['127.0.0.1'] })
const settings = await developmentSettings(folder, [key])
let server: RedisServer = await startRedis({ directory: folder })
const proxy = await startRedisProxy(server)
const app = await listening(start(folder, { ...settings, REDIS_URL: proxy.url }))
const end = async (): Promise<void> => {
  app.child.kill('SIGKILL')
  await Promise.all([app.ended, proxy.stop(), server.stop()])
  rmSync(folder, { recursive: true, force: true })
}
const expired = setTimeout(() => void end().then(() => process.exit(1)), 180_000)

interface Answered {
  readonly status: number
  readonly ms: number
}

async function call(method: string, path: string, sessionId?: string): Promise<Answered & { text: string }> {
  const url = `${app.url}${path}`
  const headers = signRequest({
    method,
    url,
    keyId: key.id,
    secret: key.secret,
    tag: 'ringfence-trading',
    ...(sessionId !== undefined && { sessionId }),
  })
  const started = performance.now()
  const response = await fetch(url, { method, headers })
  const text = await response.text()
  return { status: response.status, ms: performance.now() - started, text }
}

/** A session, as soon as one can be had. */
async function session(): Promise<string> {
  let text = ''
  await until(async () => {
    const answer = await call('POST', '/v1/sessions')
    text = answer.text
    return answer.status === 201
  })
  return (JSON.parse(text) as { sessionId: string }).sessionId
}

/** So many requests, `width` at a time, below what the limits of the app let through. */
async function ask(count: number, width: number, sessionId: string): Promise<Answered[]> {
  const answers: Answered[] = []
  while (answers.length < count) {
    const pause = new Promise((resolve) => setTimeout(resolve, width * 12))
    answers.push(
      ...(await Promise.all(Array.from({ length: width }, async () => call('GET', '/v1/sessions/current', sessionId)))),
    )
    await pause
  }
  return answers
}

/** Memory of the app that is its own (MB). */
function memory(): number {
  return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${app.child.pid}/status`, 'utf8'))![1]) / 1024
}

interface Fault {
  readonly name: string
  readonly begin: () => void | Promise<void>
  readonly end: () => void | Promise<void>
}

const FAULTS: readonly Fault[] = [
  { name: 'frozen (SIGSTOP)', begin: () => server.pause(), end: () => server.resume() },
  { name: 'slow: 150 ms', begin: () => proxy.behave({ delayMs: 150 }), end: () => proxy.behave('well') },
  { name: 'slow: 36 ms, 3 calls', begin: () => proxy.behave({ delayMs: 36 }), end: () => proxy.behave('well') },
  {
    name: 'garbage: text',
    begin: () => proxy.behave({ garbage: 'HTTP/1.1 200 OK\r\n\r\n' }),
    end: () => proxy.behave('well'),
  },
  {
    name: 'garbage: other replies',
    begin: () => proxy.behave({ garbage: '+OK\r\n' }),
    end: () => proxy.behave('well'),
  },
  {
    name: 'garbage: never ends',
    begin: () => proxy.behave({ garbage: '$1000000\r\nabc' }),
    end: () => proxy.behave('well'),
  },
  {
    name: 'dead (SIGKILL)',
    begin: () => server.stop(),
    end: async () => {
      server = await startRedis({ directory: folder })
    },
  },
]

let failed = false
try {
  console.log('fault                       requests  503  accepted  p50 ms  p99 ms  max ms  serves again after ms')
  for (const fault of FAULTS) {
    const sessionId = await session()
    await fault.begin()
    const answers = await ask(200, 4, sessionId)
    const times = answers.map(({ ms }) => ms).toSorted((a, b) => a - b)
    const [p50, p99, max] = [times[100]!, times[197]!, times.at(-1)!]
    const refused = answers.filter(({ status }) => status === 503).length
    const accepted = answers.filter(({ status }) => status < 300).length
    await fault.end()
    const began = performance.now()
    await until(async () => (await call('POST', '/v1/sessions')).status === 201)
    const recovery = performance.now() - began
    const bad = refused < answers.length || accepted > 0 || p99 > 200 || recovery > 3_000
    failed ||= bad
    console.log(
      fault.name.padEnd(26),
      String(answers.length).padStart(9),
      String(refused).padStart(4),
      String(accepted).padStart(9),
      ...[p50, p99, max].map((ms) => ms.toFixed(0).padStart(7)),
      recovery.toFixed(0).padStart(9),
      bad ? `  WRONG: ${[...new Set(answers.map(({ status }) => status))].join(', ')}` : '',
    )
  }

  server.pause()
  const before = memory()
  const sessionId = 'A'.repeat(43)
  const flood = (await Promise.all(Array.from({ length: 40 }, async () => ask(50, 1, sessionId)))).flat()
  const grown = memory() - before
  server.resume()
  // Beyond its rate an address is refused with 429 before anybody asks Redis.
  const served = flood.filter(({ status }) => status !== 503 && status !== 429).length
  failed ||= served > 0 || grown > 64
  console.log(
    `frozen, ${flood.length} requests 40 at a time: ${served} not refused, memory grew by ${grown.toFixed(0)} MB`,
  )
  failed ||= app.child.exitCode !== null
  console.log(app.child.exitCode === null ? 'the process is the one that was started' : 'the process ended')
} finally {
  clearTimeout(expired)
  await end()
}
process.exit(failed ? 1 : 0)
