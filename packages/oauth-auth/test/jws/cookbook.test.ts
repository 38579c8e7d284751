import { expect, test } from 'vitest'
import { ALGORITHMS, type JwsAlgorithm } from '../../src/jws/algorithms.ts'
import { importJwk } from '../../src/jws/import-jwk.ts'
import { parseJws } from '../../src/jws/parse-jws.ts'
import { readVectors } from '../support/vectors.ts'

interface Example {
  readonly input: { readonly payload: string; readonly key: Record<string, unknown> }
  readonly output: { readonly compact: string }
}

test.each(['jws/4_1.rsa_v15_signature', 'jws/4_2.rsa-pss_signature', 'jws/4_3.ecdsa_signature', 'curve25519/jws'])(
  'RFC 7520 and RFC 8037: %s verifies, and not once it is altered',
  (name) => {
    const { input, output } = readVectors(`jose-cookbook/${name}.json`) as Example
    // The published key has its private part, which a resource server must never be handed.
    const everyAlgorithm = Object.keys(ALGORITHMS) as JwsAlgorithm[]
    expect(importJwk(input.key, everyAlgorithm)).toBeUndefined()
    const key = importJwk(publicPart(input.key), everyAlgorithm)!
    const jws = parseJws(output.compact)!
    expect(jws.payload.toString()).toBe(input.payload)
    expect(key.accepts(jws.alg)).toBe(true)
    expect(key.verify(jws)).toBe(true)
    expect(key.verify({ ...jws, signingInput: Buffer.concat([jws.signingInput, Buffer.from('A')]) })).toBe(false)
    expect(key.verify({ ...jws, signature: jws.signature.subarray(1) })).toBe(false)
  },
)

function publicPart(jwk: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(jwk).filter(([name]) => !['d', 'p', 'q', 'dp', 'dq', 'qi'].includes(name)))
}
