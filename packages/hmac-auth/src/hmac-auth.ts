import { RingfenceError } from '@ringfence/errors'
import { systemClock, type Clock, type Guard, type ReplayStore } from '@ringfence/guard'
import type { ApiKeyRecord } from './keys/api-key-record.ts'
import { ringOf, type KeyRing } from './keys/key-ring.ts'
import { clientOf, type ProxyOptions } from './verify/client-of.ts'
import type { HmacProof } from './verify/hmac-proof.ts'
import type { HmacDenyCode } from './verify/hmac-reason.ts'
import { Verifier } from './verify/verifier.ts'

export interface HmacAuthOptions extends ProxyOptions {
  /** Key records, or a {@link KeyRing} to exchange them while running. */
  readonly keys: KeyRing | readonly ApiKeyRecord[]
  /**
   * The values of `@authority` this service answers to: what clients put into Host, in lowercase, e.g. `127.0.0.1:7101`,
   * or `api.example.com` where the port is the default one of the scheme.
   */
  readonly authorities: readonly string[]
  /** The application's name: only signatures with this `tag` are looked at (RFC 9421 section 7.2.5). */
  readonly tag: string
  /** Remembers nonces; asked last, when everything else is right. */
  readonly replay: ReplayStore
  /** The largest body accepted, in bytes (default 10240). */
  readonly bodyLimit?: number
  readonly clock?: Clock
}

/**
 * Authenticates requests signed with an API key: RFC 9421, hmac-sha256, with a Content-Digest (RFC 9530) over the body.
 *
 * Covered must be `@method`, `@authority`, `@path`, `@query`; `content-type` and `content-digest` whenever there is a
 * body; `x-session-id` and `x-api-version` whenever sent. Parameters: `created`, `nonce`, `keyid`, `tag`; `alg` and
 * `expires` if sent. A request is accepted from 1 s before to 5 s after `created`, both included.
 *
 * In this order: form, key, MAC (a dummy one for an unknown key), validity of the key, its addresses and entries,
 * freshness, body, digest, freshness again, nonce. So a stolen header with another body does not burn its nonce, and
 * nobody without a key makes the server read a body or write a nonce. The answer is synchronous unless the body or the
 * store is not. The precise reason is in `internal.reason` ({@link HmacReason}).
 *
 * @throws {RingfenceError} `option_invalid`, `key_invalid`, `cidr_invalid`
 *
 * @example
 * ```ts
 * const auth = hmacAuth({
 *   keys: [generateApiKey({ scope: 'trade', allow: ['127.0.0.1'] })],
 *   authorities: ['127.0.0.1:7101'],
 *   tag: 'ringfence-trading',
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function hmacAuth(options: HmacAuthOptions): Guard<{}, HmacProof, HmacDenyCode> {
  const verifier = new Verifier({
    keys: ringOf(options.keys),
    authorities: checkedAuthorities(options.authorities),
    tag: checkedTag(options.tag),
    replay: checkedStore(options.replay),
    bodyLimit: checkedLimit(options.bodyLimit ?? 10_240),
    client: clientOf(options),
    clock: options.clock ?? systemClock,
  })
  return {
    name: 'hmacAuth',
    denies: DENIES,
    needs: [],
    adds: ['principal', 'signature'],
    presents: (request) => request.header('signature-input').length > 0 || request.header('signature').length > 0,
    check: (request) => verifier.verify(request),
  }
}

function checkedAuthorities(authorities: readonly string[]): ReadonlySet<string> {
  const set = new Set(authorities)
  for (const authority of set) {
    if (!AUTHORITY.test(authority)) {
      invalid('authorities must be hosts in lowercase, with their port unless it is the default, without a scheme')
    }
  }
  return set.size > 0 ? set : invalid('authorities must list at least one host')
}

function checkedTag(tag: string): string {
  return TAG.test(tag) ? tag : invalid('tag must be 1 to 64 letters, digits, or any of . _ - : /')
}

function checkedStore(replay: ReplayStore): ReplayStore {
  return typeof replay?.consume === 'function' ? replay : invalid('replay must be a ReplayStore')
}

function checkedLimit(limit: number): number {
  return Number.isSafeInteger(limit) && limit >= 0 ? limit : invalid('bodyLimit must be a number of bytes')
}

function invalid(why: string): never {
  throw new RingfenceError('option_invalid', `hmacAuth: ${why}`)
}

const DENIES: readonly HmacDenyCode[] = [
  'credentials_missing',
  'credentials_malformed',
  'credentials_invalid',
  'host_invalid',
  'request_stale',
  'request_replayed',
  'body_too_large',
  'body_incomplete',
  'dependency_unavailable',
]
const TAG = /^[A-Za-z0-9._:/-]{1,64}$/
const AUTHORITY = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[1-9][0-9]{0,4})?$/
