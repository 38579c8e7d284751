import type { JwsAlgorithm } from '../jws/algorithms.ts'
import { importJwk, type VerificationKey } from '../jws/import-jwk.ts'
import { parseJsonObject } from '../jws/strict-json.ts'

/** The usable keys of one JWK Set. */
export interface KeySet {
  readonly size: number
  /** Entries of the set that are no key we could use. */
  readonly ignored: number
  /** Equal texts mean equal keys. */
  readonly identity: string
  /** The keys a signature with this header may come from: usually one, more only where they share their id. */
  match(kid: string | undefined, alg: string): readonly VerificationKey[]
}

/**
 * Reads a JWK Set (RFC 7517 section 5). A key that is hostile or merely foreign is ignored and disables no other
 * (RFC 7517 section 5); undefined when the document is no JWK Set or none of its keys is usable.
 */
export function readKeySet(bytes: Uint8Array, allowed: readonly JwsAlgorithm[]): KeySet | undefined {
  const list = parseJsonObject(bytes)?.['keys']
  if (!Array.isArray(list)) return undefined
  const keys: VerificationKey[] = []
  const identities: string[] = []
  for (const jwk of list.slice(0, MAX_KEYS)) {
    const key = importJwk(jwk, allowed)
    if (key === undefined) continue
    keys.push(key)
    identities.push(JSON.stringify(jwk))
  }
  if (keys.length === 0) return undefined
  const named = Map.groupBy(keys, ({ kid }) => kid)
  return {
    size: keys.length,
    ignored: list.length - keys.length,
    identity: identities.toSorted().join('\n'),
    match: (kid, alg) => {
      // Without a key id there must be no choice to make.
      const candidates = kid === undefined ? keys : (named.get(kid) ?? [])
      const accepting = candidates.filter((key) => key.accepts(alg))
      return kid === undefined && accepting.length !== 1 ? [] : accepting
    },
  }
}

/** Keys of one set that are looked at; also the most that one signature is tried with, should all have the same id. */
const MAX_KEYS = 64
