import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { generateApiKey } from '@ringfence/hmac-auth'
import type { Bench } from '../bench.ts'
import { cost, median, type Samples } from '../compare.ts'
import type { ContenderName, Report, Setup } from './contender.ts'
import { type Kind, load, requests, sessionRequest } from './load.ts'

const CONTENDERS: readonly ContenderName[] = ['ringfence', 'rawHmac', 'bare']

/**
 * The whole way of a request through the trading app, against the same handlers behind Fastify with one raw HMAC, and
 * behind nothing. Counted is the CPU time of the server process per request; the load comes from this process.
 */
export const pipeline: Bench = async ({ quick, log }) => {
  const folder = await mkdtemp(join(tmpdir(), 'ringfence-bench-'))
  const servers = new Map<ContenderName, Running>()
  try {
    for (const contender of CONTENDERS) servers.set(contender, await startServer(contender, folder))
    const sessionId = await startSession(servers.get('ringfence')!)
    const rounds = quick ? 7 : 15
    const get = await measure(servers, 'get', { sessionId, rounds, count: 1_000 })
    const order = await measure(servers, 'order', { sessionId, rounds, count: quick ? 60 : 200 })
    for (const [kind, { cpu }] of [
      ['GET', get],
      ['order', order],
    ] as const) {
      log(
        `${kind}, CPU microseconds per request: ${CONTENDERS.map((name) => `${name} ${(median(cpu[name]) * 1e6).toFixed(0)}`).join(', ')}`,
      )
    }
    return {
      get_vs_fastify_raw_hmac: cost(get.cpu, 'rawHmac', 'ringfence'),
      order_vs_fastify_raw_hmac: cost(order.cpu, 'rawHmac', 'ringfence'),
      get_vs_bare_fastify: cost(get.cpu, 'bare', 'ringfence'),
      p99_vs_bare: cost(get.p99, 'ringfence', 'bare'),
    }
  } finally {
    for (const { child } of servers.values()) child.disconnect()
    await rm(folder, { recursive: true, force: true })
  }
}

interface Running {
  readonly child: ChildProcess
  readonly setup: Setup
  readonly port: number
}

async function startServer(contender: ContenderName, folder: string): Promise<Running> {
  const key = (scope: 'read' | 'trade'): { id: string; secret: string } => {
    const { id, secret } = generateApiKey({ scope, allow: ['127.0.0.1'] })
    return { id, secret }
  }
  const setup: Setup = { contender, folder, trade: key('trade'), read: key('read') }
  const child = fork(new URL('server-process.ts', import.meta.url), { stdio: 'inherit' })
  child.send(setup)
  const report = await next(child)
  if (report.type !== 'listening') throw new Error('a server did not start')
  return { child, setup, port: report.port }
}

async function next(child: ChildProcess): Promise<Report> {
  const [report] = (await once(child, 'message')) as [Report]
  return report
}

/** After a start, nonces of the last second are refused, so the first request waits for that. */
async function startSession({ port, setup }: Running): Promise<string> {
  await sleep(2_100)
  const socket = await fetchRaw(port, sessionRequest(setup))
  return (JSON.parse(socket) as { sessionId: string }).sessionId
}

async function fetchRaw(port: number, request: string): Promise<string> {
  const { connect } = await import('node:net')
  const socket = connect(port, '127.0.0.1')
  socket.end(request)
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8').split('\r\n\r\n')[1] ?? ''
}

interface Measured {
  /** Seconds of CPU per request. */
  readonly cpu: Samples<ContenderName>
  readonly p99: Samples<ContenderName>
}

async function measure(
  servers: ReadonlyMap<ContenderName, Running>,
  kind: Kind,
  { sessionId, rounds, count }: { readonly sessionId: string; readonly rounds: number; readonly count: number },
): Promise<Measured> {
  const none = (): Samples<ContenderName> => ({ ringfence: [], rawHmac: [], bare: [] })
  const measured = { cpu: none(), p99: none() }
  const run = async (contender: ContenderName): Promise<{ cpu: number; p99: number }> => {
    const { child, setup, port } = servers.get(contender)!
    const before = await cpuOf(child)
    const next = requests(contender, kind, setup, sessionId)
    const latencies: number[] = []
    // In portions, or the last of many requests could be stale before it is sent.
    while (latencies.length < count) {
      const portion = Math.min(PORTION, count - latencies.length)
      latencies.push(...(await load({ port, count: portion, connections: 4, next })))
    }
    const cpu = ((await cpuOf(child)) - before) / 1e6 / count
    return { cpu, p99: latencies.toSorted((a, b) => a - b)[Math.floor(count * 0.99)]! }
  }
  // Until the compiler has seen enough of every server, its own work would be counted.
  for (let i = 0; i < WARM_UP; i++) for (const contender of CONTENDERS) await run(contender)
  for (let round = 0; round < rounds; round++) {
    const sums = { ringfence: [0, 0], rawHmac: [0, 0], bare: [0, 0] }
    for (const contender of [...CONTENDERS, ...CONTENDERS.toReversed()]) {
      const { cpu, p99 } = await run(contender)
      sums[contender][0]! += cpu / 2
      sums[contender][1]! += p99 / 2
    }
    for (const contender of CONTENDERS) {
      measured.cpu[contender].push(sums[contender][0]!)
      measured.p99[contender].push(sums[contender][1]!)
    }
  }
  return measured
}

async function cpuOf(child: ChildProcess): Promise<number> {
  child.send('cpu')
  const report = await next(child)
  if (report.type !== 'cpu') throw new Error('a server did not answer')
  return report.micros
}

const WARM_UP = 5
const PORTION = 250
