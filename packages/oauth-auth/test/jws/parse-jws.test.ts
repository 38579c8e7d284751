import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJws } from '../../src/jws/parse-jws.ts'
import { parseJsonObject } from '../../src/jws/strict-json.ts'
import { decodeBase64url } from '../../src/jws/base64url.ts'
import { isRoca } from '../../src/jws/is-roca.ts'

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

test('base64url has one spelling for every byte string', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...Array.from('AQgwxyz019-_+/= \n~')) }), (text) => {
      const bytes = decodeBase64url(text)
      if (bytes !== undefined) expect(bytes.toString('base64url')).toBe(text)
      else expect(/^[\w-]*$/.test(text) && Buffer.from(text, 'base64url').toString('base64url') === text).toBe(false)
    }),
    { numRuns: 2_000 },
  )
})

test('JSON with unique names means what JSON.parse says; with a repeated one, nothing', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), fc.string(), (object, name) => {
      const text = JSON.stringify(object)
      expect(parseJsonObject(Buffer.from(text))).toEqual(JSON.parse(text))
      const twice = `{${JSON.stringify(name)}:1,${JSON.stringify(name)}:1}`
      expect(parseJsonObject(Buffer.from(twice))).toBeUndefined()
      expect(parseJsonObject(Buffer.from(`{"a":[${twice}]}`))).toBeUndefined()
    }),
    { numRuns: 1_000 },
  )
})

test('a member called __proto__ is a member like any other', () => {
  expect(Object.keys(parseJsonObject(Buffer.from('{"__proto__":{"a":1}}'))!)).toEqual(['__proto__'])
})

test('nesting is bounded however deep it goes', () => {
  expect(parseJsonObject(Buffer.from(`{"a":${'['.repeat(15)}${']'.repeat(15)}}`))).toBeDefined()
  expect(parseJsonObject(Buffer.from(`{"a":${'['.repeat(16)}${']'.repeat(16)}}`))).toBeUndefined()
  expect(parseJsonObject(Buffer.from(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`))).toBeUndefined()
})

test('an ordinary RSA modulus does not look like a ROCA one, a power of 65537 does', () => {
  expect(isRoca(65_537n ** 128n)).toBe(true)
  expect(isRoca(65_537n ** 128n + 2n)).toBe(false)
})
