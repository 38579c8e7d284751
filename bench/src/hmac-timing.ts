import { type AddressInfo, connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { guards } from '@ringfence/guard'
import { guarded, guardNode } from '@ringfence/guard/node'
import { type GeneratedApiKey, generateApiKey, hmacAuth, memoryReplayStore } from '@ringfence/hmac-auth'
import { signRequest } from '@ringfence/hmac-auth/client'
import type { Bench } from './bench.ts'
import { AUTHORITY, orderRequest, TAG, URL_OF_ORDERS } from './hmac-auth/order-request.ts'

/**
 * Can time tell an unknown key, a wrong MAC and a wrong address apart? Each is refused again and again in random order, in
 * this process and over loopback HTTP. Reported is how much the distributions of each pair overlap: 1 is the same
 * distribution, 0 tells them apart by a single request. Half of one sample against the other half shows what 1 looks like.
 */
export const hmacTiming: Bench = async ({ quick, log }) => {
  const own = generateApiKey({ scope: 'trade', allow: ['127.0.0.0/8'] })
  const elsewhere = generateApiKey({ scope: 'trade', allow: ['10.0.0.0/8'] })
  const cases: Record<Case, GeneratedApiKey> = {
    unknown_key: generateApiKey({ scope: 'trade', allow: ['127.0.0.0/8'] }),
    wrong_mac: { ...own, secret: elsewhere.secret },
    wrong_address: elsewhere,
  }
  const auth = hmacAuth({ keys: [own, elsewhere], authorities: [AUTHORITY], tag: TAG, replay: memoryReplayStore() })
  const ratios: Record<string, number> = {}
  const report = (where: string, samples: Record<Case, number[]>): void => {
    for (const name of CASES) log(`${where} ${name}: median ${median(samples[name]).toFixed(1)} us`)
    for (const [one, other] of PAIRS) ratios[`${where}_overlap_${one}_${other}`] = overlap(samples[one], samples[other])
    const evenly = (rest: number): number[] => samples.wrong_mac.filter((_, i) => i % 2 === rest)
    ratios[`${where}_overlap_of_halves`] = overlap(evenly(0), evenly(1))
  }

  report(
    'guard',
    await inRandomOrder(quick ? 10_000 : 40_000, (name) => {
      const request = orderRequest({ host: AUTHORITY, ...signed(cases[name]) })
      const started = process.hrtime.bigint()
      const outcome = auth.check(request, {})
      const ended = process.hrtime.bigint()
      if (outcome instanceof Promise || outcome.ok || outcome.code !== 'credentials_invalid')
        throw new Error('not refused')
      return Number(ended - started) / 1_000
    }),
  )

  const server = guardNode({ 'POST /v1/orders': guarded(guards().use(auth), (_, __, response) => response.end()) })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  report('http', await inRandomOrder(quick ? 1_000 : 4_000, (name) => overHttp(port, signed(cases[name]))))
  server.close()
  return ratios
}

const CASES = ['unknown_key', 'wrong_mac', 'wrong_address'] as const
type Case = (typeof CASES)[number]
const PAIRS = [
  ['unknown_key', 'wrong_mac'],
  ['unknown_key', 'wrong_address'],
  ['wrong_mac', 'wrong_address'],
] as const

/** So many samples of each case, the first tenth thrown away. */
async function inRandomOrder(
  count: number,
  sample: (name: Case) => number | Promise<number>,
): Promise<Record<Case, number[]>> {
  const samples: Record<Case, number[]> = { unknown_key: [], wrong_mac: [], wrong_address: [] }
  for (let i = 0; i < count * CASES.length; i++) {
    const name = CASES[Math.floor(Math.random() * CASES.length)]!
    const time = await sample(name)
    if (i >= (count * CASES.length) / 10) samples[name].push(time)
  }
  return samples
}

function signed({ id: keyId, secret }: GeneratedApiKey): Record<string, string> {
  return signRequest({ method: 'POST', url: URL_OF_ORDERS, keyId, secret, tag: TAG })
}

/** One connection each, opened before the clock starts: what is timed is from the last byte out to the first byte in. */
async function overHttp(port: number, fields: Record<string, string>): Promise<number> {
  const socket: Socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const lines = Object.entries({ host: AUTHORITY, ...fields, 'content-length': '0' })
  const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const started = process.hrtime.bigint()
  socket.write(`POST /v1/orders HTTP/1.1\r\n${text}\r\n`)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  const ended = process.hrtime.bigint()
  socket.destroy()
  if (!answer.toString('latin1').startsWith('HTTP/1.1 401')) throw new Error('not refused')
  return Number(ended - started) / 1_000
}

/** The area that the two histograms share, over bins that hold equally many of all samples. */
function overlap(one: readonly number[], other: readonly number[]): number {
  const all = [...one, ...other].toSorted((a, b) => a - b)
  const edges = Array.from({ length: BINS - 1 }, (_, i) => all[Math.floor(((i + 1) * all.length) / BINS)]!)
  const shares = (samples: readonly number[]): number[] => {
    const counts = Array.from({ length: BINS }, () => 0)
    for (const sample of samples) {
      const bin = edges.filter((edge) => edge <= sample).length
      counts[bin] = counts[bin]! + 1
    }
    return counts.map((count) => count / samples.length)
  }
  const [a, b] = [shares(one), shares(other)]
  return a.reduce((sum, share, i) => sum + Math.min(share, b[i]!), 0)
}

function median(samples: readonly number[]): number {
  return samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)]!
}

const BINS = 25
