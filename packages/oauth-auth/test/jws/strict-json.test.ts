import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJsonObject } from '../../src/jws/strict-json.ts'

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
