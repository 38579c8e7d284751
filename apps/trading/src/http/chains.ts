import {
  type Chain,
  type Clock,
  apiVersion,
  bodyLimit,
  guards,
  requireScopes,
  type Principal,
  type ReplayStore,
} from '@ringfence/guard'
import {
  type ApiKeyRecord,
  type ApiKeyScope,
  hmacAuth,
  type HmacProof,
  ipAllowlist,
  type KeyRing,
} from '@ringfence/hmac-auth'
import { type LiveSession, requireSession, type Sessions } from '@ringfence/hmac-auth/sessions'
import {
  blockFailures,
  byPrincipal,
  byRoute,
  type KeyParts,
  policy,
  rateLimit,
  type Store,
} from '@ringfence/rate-limit'
import { validBody, validParams, validQuery } from '@ringfence/validation'
import * as z from 'zod'
import type { Desk } from '../orders/desk.ts'
import type { OrderRequest } from '../orders/order.ts'
import { byClient } from './client-key.ts'

/** Requests per second. */
export interface RequestLimits {
  /** For one endpoint, over all keys. */
  readonly endpoint: number
  /** For one endpoint and key. */
  readonly key: number
  /** For one address and entry over all endpoints, before anything is verified; counted in this process alone. */
  readonly address: number
  /** A lower limit of a key's own, instead of `key`; asked at every request. */
  readonly keyOf?: (keyId: string) => number | undefined
  /**
   * Wrong signatures within a minute that block an address and entry for a minute (default ten times `address`, at most
   * 10000). Behind a tunnel many share an address, so only what can be nothing but guessing blocks it.
   */
  readonly failures?: number
  /** Addresses, and key and endpoint pairs, that are counted apart (default 16384); memory grows with it times limit. */
  readonly tracked?: number
}

/** What holds unless something else is said (policy TR-15). */
export const REQUEST_LIMITS: RequestLimits = { endpoint: 10, key: 10, address: 100 }

/** What the guards need. */
export interface ChainOptions {
  readonly keys: KeyRing | readonly ApiKeyRecord[]
  readonly authorities: readonly string[]
  readonly ipAllow: readonly string[]
  readonly trustedProxies: readonly string[]
  readonly replay: ReplayStore
  readonly sessions: Sessions
  readonly schema: Desk['schema']
  readonly limits: RequestLimits
  /** Default: each process counts for itself. */
  readonly limitStore?: Store
  readonly clock: Clock
}

interface Proved {
  readonly apiVersion: string
  readonly principal: Principal<ApiKeyScope>
  readonly signature: HmacProof['signature']
  readonly query: {}
}

/** What stands before each kind of route, in this order: place, caller, permission, session, quota, input. */
export interface Chains {
  /** For any key: sessions. */
  readonly key: Chain<Proved & { rawBody: Uint8Array }>
  /** For any key with a live session: the session itself. */
  readonly session: Chain<Proved & { rawBody: Uint8Array; session: LiveSession }>
  readonly read: Chain<Proved & { rawBody: Uint8Array }>
  readonly readOrder: Chain<Proved & { rawBody: Uint8Array; params: { id: string } }>
  readonly place: Chain<Proved & { session: LiveSession; input: OrderRequest }>
  readonly cancel: Chain<Proved & { session: LiveSession; rawBody: Uint8Array; params: { id: string } }>
}

export function createChains(options: ChainOptions): Chains {
  const { clock, limits, sessions, trustedProxies } = options
  const { keyOf } = limits
  const client = byClient(trustedProxies)
  const perSecond = { windowMs: 1_000, maxKeys: limits.tracked ?? 16_384 }
  const address = policy({ name: 'address', limit: limits.address, ...perSecond, key: client })
  const endpoint = policy({ name: 'endpoint', limit: limits.endpoint, ...perSecond, key: byRoute })
  // What byPrincipal counts by: route, kind, key id.
  const limitOf = keyOf && { limitOf: ([, , keyId = '']: KeyParts) => keyOf(keyId) }
  const key = policy({ name: 'key', limit: limits.key, ...perSecond, ...limitOf, key: byPrincipal })
  const quota = rateLimit<{ principal: Principal }>({
    policies: [endpoint, key],
    needs: ['principal'],
    ...(options.limitStore && { store: options.limitStore }),
    clock,
  })
  const signed = hmacAuth({
    keys: options.keys,
    authorities: options.authorities,
    tag: 'ringfence-trading',
    replay: options.replay,
    trustedProxies,
    clock,
  })
  const failures = limits.failures ?? Math.min(10 * limits.address, 10_000)
  const guessing = { failures, withinMs: 60_000, blockMs: 60_000, maxKeys: Math.min(perSecond.maxKeys, 1_024) }
  const noQuery = validQuery(z.strictObject({}))
  const noBody = bodyLimit(0)
  const orderId = validParams(
    z.strictObject({
      id: z
        .string()
        .max(32, { abort: true })
        .regex(/^[0-9a-f]{32}$/),
    }),
  )

  const known = guards()
    .use(ipAllowlist({ allow: options.ipAllow, trustedProxies }))
    .use(rateLimit({ policies: [address], clock }))
    .use(apiVersion({ supported: ['1'] }))
    .use(blockFailures(signed, { key: client, ...guessing, clock }))
  const reader = known.use(requireScopes('read')).use(quota).use(noQuery).use(noBody)
  const trader = known.use(requireScopes('trade')).use(requireSession(sessions)).use(quota).use(noQuery)
  return {
    key: known.use(quota).use(noQuery).use(noBody),
    session: known.use(requireSession(sessions)).use(quota).use(noQuery).use(noBody),
    read: reader,
    readOrder: reader.use(orderId),
    place: trader.use(validBody(options.schema)),
    cancel: trader.use(noBody).use(orderId),
  }
}
