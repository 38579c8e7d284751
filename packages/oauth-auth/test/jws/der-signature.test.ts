import { sign, verify } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { derSignature } from '../../src/jws/der-signature.ts'
import { signingKey } from '../support/issuer.ts'

test.each([
  ['ES256', 'sha256', 32],
  ['ES384', 'sha384', 48],
  ['ES512', 'sha512', 66],
] as const)('%s: what node calls ieee-p1363 verifies as DER', (alg, hash, half) => {
  const { privateKey } = signingKey(alg)
  for (let i = 0; i < 300; i++) {
    const data = Buffer.from(`${i}`)
    const raw = sign(hash, data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
    expect(verify(hash, data, privateKey, derSignature(raw, half)!)).toBe(true)
  }
})

test('the DER is minimal and says the same two numbers', () => {
  const half = fc.uint8Array({ minLength: 32, maxLength: 32 })
  const padded = fc.nat(32).chain((zeros) => half.map((bytes) => bytes.fill(0, 0, zeros)))
  fc.assert(
    fc.property(padded, padded, (r, s) => {
      const der = Buffer.from(derSignature(Buffer.concat([r, s]), 32)!)
      expect(der[1]).toBe(der.length - 2)
      const rLength = der[3]!
      for (const [number, bytes] of [
        [r, der.subarray(4, 4 + rLength)],
        [s, der.subarray(6 + rLength)],
      ] as const) {
        expect(BigInt(`0x${bytes.toString('hex')}`)).toBe(BigInt(`0x${Buffer.from(number).toString('hex')}`))
        expect(bytes[0]! < 0x80).toBe(true)
        if (bytes.length > 1 && bytes[0] === 0) expect(bytes[1]! >= 0x80).toBe(true)
      }
    }),
  )
})

test.each([0, 63, 65, 128])('%i bytes are no ES256 signature', (length) => {
  expect(derSignature(Buffer.alloc(length, 1), 32)).toBeUndefined()
})
