import { systemClock, type Clock } from '@ringfence/guard'
import { RingfenceError } from '@ringfence/errors'

/** Where revoked tokens are written down, by fingerprint. A store that cannot answer must throw: nothing is let through. */
export interface RevocationStore {
  /** @param until milliseconds since the epoch; every token of that fingerprint has expired by then */
  revoke(fingerprint: string, until: number): void | Promise<void>
  /** Asked for every request, so it also knows what another replica revoked a moment ago. */
  isRevoked(fingerprint: string): boolean | Promise<boolean>
}

/**
 * Revocations of this process only. It never forgets one early: when full, revoking fails loudly instead.
 *
 * @param options.maxEntries live revocations kept (default 100,000)
 */
export function memoryRevocations(
  options: { readonly clock?: Clock; readonly maxEntries?: number } = {},
): RevocationStore {
  const { clock = systemClock, maxEntries = 100_000 } = options
  const revoked = new Map<string, number>()
  return {
    revoke(fingerprint, until) {
      const now = clock.now()
      if (revoked.size >= maxEntries && !revoked.has(fingerprint)) {
        for (const [key, end] of revoked) if (end <= now) revoked.delete(key)
        if (revoked.size >= maxEntries) {
          throw new RingfenceError('revocations_full', 'the revocation store is full: rotate the issuer keys instead')
        }
      }
      revoked.set(fingerprint, Math.max(until, revoked.get(fingerprint) ?? 0))
    },
    isRevoked: (fingerprint) => revoked.has(fingerprint),
  }
}
