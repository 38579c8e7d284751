import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJws } from '../../src/jws/parse-jws.ts'

test('any text is taken apart or refused, never thrown at', () => {
  const segment = fc.oneof(
    fc.base64String(),
    fc.string(),
    fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64url')),
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(segment, { maxLength: 5 }).map((parts) => parts.join('.')),
      ),
      (text) => {
        const jws = parseJws(text)
        if (jws !== undefined)
          expect(`${jws.signingInput.toString()}.${jws.signature.toString('base64url')}`).toBe(text)
      },
    ),
    { numRuns: 2_000 },
  )
})

test('segments have limits of their own', () => {
  const header = (length: number): string => Buffer.from(`{"alg":"x"${' '.repeat(length)}}`).toString('base64url')
  expect(parseJws(`${header(1_500)}.AAAA.AAAA`)).toBeDefined()
  expect(parseJws(`${header(1_600)}.AAAA.AAAA`)).toBeUndefined()
  expect(parseJws(`${header(0)}.AAAA.${'A'.repeat(1_366)}`)).toBeDefined()
  expect(parseJws(`${header(0)}.AAAA.${'A'.repeat(1_368)}`)).toBeUndefined()
  expect(parseJws(`${header(0)}.${'A'.repeat(8_000)}.AAAA`)).toBeDefined()
  expect(parseJws(`${header(0)}.${'A'.repeat(8_192)}.AAAA`)).toBeUndefined()
})
