import { createHmac, timingSafeEqual } from 'node:crypto'
import { expect, test } from 'vitest'
import { ALGORITHMS, type JwsAlgorithm } from '../../src/jws/algorithms.ts'
import { importJwk, type VerificationKey } from '../../src/jws/import-jwk.ts'
import { parseJws } from '../../src/jws/parse-jws.ts'
import { readVectors } from '../support/vectors.ts'

const EVERY_ALGORITHM = Object.keys(ALGORITHMS) as JwsAlgorithm[]

interface Group {
  readonly public?: Record<string, unknown>
  readonly private?: Record<string, unknown>
  readonly tests: readonly { readonly tcId: number; readonly jws: unknown; readonly result: 'valid' | 'invalid' }[]
}

test('Wycheproof JWS: 353 of 355 invalid refused, 40 of 46 valid accepted, each exception named', () => {
  const { testGroups } = readVectors('wycheproof/json_web_signature_test.json') as { testGroups: Group[] }
  const disagreements: Record<number, string> = {}
  const counts = { validAccepted: 0, invalidRefused: 0, valid: 0, invalid: 0 }
  for (const group of testGroups) {
    const key = verificationKey(group.public ?? group.private!)
    for (const { tcId, jws, result } of group.tests) {
      const accepted = typeof jws === 'string' && accepts(jws, key)
      counts[result]++
      if (accepted && result === 'valid') counts.validAccepted++
      else if (!accepted && result === 'invalid') counts.invalidRefused++
      else disagreements[tcId] = accepted ? 'accepted' : 'refused'
    }
  }
  expect(disagreements).toEqual({
    // Byte for byte the same as the valid case 357.
    367: 'accepted',
    370: 'accepted',
    // They contain `?`, which is not in the base64url alphabet.
    372: 'refused',
    373: 'refused',
    // The algorithm of the header is not the one of the key (PS384/PS256, ES512/ES521).
    346: 'refused',
    347: 'refused',
    350: 'refused',
    351: 'refused',
  })
  expect(counts).toEqual({ valid: 46, validAccepted: 40, invalid: 355, invalidRefused: 353 })
})

test('Wycheproof mixed JWS and JWE: every invalid one is refused, the valid ones but an HMAC one accepted', () => {
  const { testGroups } = readVectors('wycheproof/json_web_crypto_test.json') as { testGroups: Group[] }
  const wrong: number[] = []
  for (const group of testGroups) {
    const key = verificationKey(group.public ?? group.private!)
    for (const { tcId, jws, result } of group.tests) {
      if (typeof jws === 'string' && accepts(jws, key) !== (result === 'valid')) wrong.push(tcId)
    }
  }
  // 48 is valid with a set of HMAC keys, and no such set ever makes a key here.
  expect(wrong).toEqual([48])
})

test('Wycheproof JWK: no weak, mismatched, symmetric or off-curve key is usable', () => {
  const { testGroups } = readVectors('wycheproof/json_web_key_test.json') as {
    testGroups: { public?: KeyList; private?: KeyList; tests: { tcId: number }[] }[]
  }
  const usable: Record<number, number> = {}
  for (const { public: publicKeys, private: privateKeys, tests } of testGroups) {
    const keys = (publicKeys ?? privateKeys)!.keys.map((jwk) => importJwk(jwk, EVERY_ALGORITHM))
    for (const { tcId } of tests) usable[tcId] = keys.filter((key) => key !== undefined).length
  }
  const expected: Record<number, number> = Object.fromEntries(Object.keys(usable).map((tcId) => [tcId, 0]))
  // 1: the symmetric key of the mixed set is ignored, its EC key is as good as before. 5: the one valid asymmetric key.
  expect(usable).toEqual({ ...expected, 1: 1, 5: 1 })
})

interface KeyList {
  readonly keys: readonly unknown[]
}

function accepts(jws: string, key: VerificationKey | undefined): boolean {
  const parsed = parseJws(jws)
  return parsed !== undefined && key !== undefined && key.accepts(parsed.alg) && key.verify(parsed)
}

/** The package has no HMAC; the vectors that use it are about parsing, so the test brings one. */
function verificationKey(jwk: Record<string, unknown>): VerificationKey | undefined {
  if (jwk['kty'] !== 'oct') return importJwk(jwk, EVERY_ALGORITHM)
  const secret = Buffer.from(String(jwk['k']), 'base64url')
  return {
    kid: undefined,
    accepts: (alg) => alg === 'HS256' && jwk['alg'] === 'HS256',
    verify: ({ signingInput, signature }) => {
      const expected = createHmac('sha256', secret).update(signingInput).digest()
      return expected.length === signature.length && timingSafeEqual(expected, signature)
    },
  }
}
