import { createRequest, type Guard, type GuardRequest, type ReplayStore } from '@ringfence/guard'
import { signRequest, type SignRequestOptions } from '../../src/client.ts'
import { generateApiKey, hmacAuth, memoryReplayStore, type GeneratedApiKey } from '../../src/index.ts'
import type { HmacAuthOptions } from '../../src/hmac-auth.ts'
import type { HmacProof } from '../../src/verify/hmac-proof.ts'
import type { HmacDenyCode, HmacReason } from '../../src/verify/hmac-reason.ts'
import { VirtualClock } from './virtual-clock.ts'

export const TAG = 'ringfence-trading'
export const AUTHORITY = '127.0.0.1:7101'

/** One server with one key, in virtual time, ready to accept. */
export interface Fixture {
  readonly clock: VirtualClock
  readonly key: GeneratedApiKey
  readonly guard: Guard<{}, HmacProof, HmacDenyCode>
  readonly replay: ReplayStore
  /** The fields of a signed request, as name and value pairs in the order they are sent. */
  readonly sign: (options?: Partial<SignRequestOptions>) => [name: string, value: string][]
}

export function fixture(options: Partial<HmacAuthOptions> = {}): Fixture {
  const clock = new VirtualClock()
  const key = generateApiKey({ scope: 'trade', allow: ['127.0.0.0/8'] })
  const replay = options.replay ?? memoryReplayStore({ clock })
  const guard = hmacAuth({ keys: [key], authorities: [AUTHORITY], tag: TAG, replay, clock, ...options })
  clock.advance(10_000)
  return {
    clock,
    key,
    guard,
    replay,
    sign: (more = {}) => {
      const headers = signRequest({
        method: 'POST',
        url: `http://${AUTHORITY}/v1/orders?dry=1`,
        body: BODY,
        keyId: key.id,
        secret: key.secret,
        tag: TAG,
        now: clock.now(),
        ...more,
      })
      return [['host', AUTHORITY], ...Object.entries(headers)]
    },
  }
}

export interface Sent {
  readonly method?: string
  readonly target?: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body?: string | Uint8Array
  readonly address?: string
  readonly entry?: string
  readonly encrypted?: boolean
  /** Answers the body as a promise, and does this before. */
  readonly upload?: () => void | Promise<void>
}

/** The snapshot an adapter would make of this request. */
export function received(sent: Sent): GuardRequest {
  const bytes = typeof sent.body === 'string' ? Buffer.from(sent.body) : (sent.body ?? new Uint8Array())
  return createRequest({
    id: 'test',
    route: 'POST /v1/orders',
    method: sent.method ?? 'POST',
    target: sent.target ?? '/v1/orders?dry=1',
    receivedAt: 0,
    peer: { address: sent.address ?? '127.0.0.1', entry: sent.entry ?? AUTHORITY, encrypted: sent.encrypted ?? false },
    rawHeaders: sent.headers.flat(),
    signal: () => new AbortController().signal,
    read: sent.upload === undefined ? () => bytes : async () => (await sent.upload!(), bytes),
  })
}

/** `accepted`, or the precise reason of the refusal. */
export async function reasonFor(guard: Fixture['guard'], sent: Sent): Promise<HmacReason | 'accepted'> {
  const outcome = await guard.check(received(sent), {})
  return outcome.ok ? 'accepted' : (outcome.internal as { reason: HmacReason }).reason
}

/** The same fields with one changed, added at the end, or left out. */
export function withField(headers: readonly [string, string][], name: string, value?: string): [string, string][] {
  const rest = headers.filter(([other]) => other !== name)
  return value === undefined ? rest : [...rest, [name, value]]
}

export function field(headers: readonly (readonly [string, string])[], name: string): string {
  return headers.find(([other]) => other === name)![1]
}

export const BODY = '{"symbol":"BTC-EUR","quantity":"1"}'
