import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { KeyHash } from '../src/key-hash.ts'

const { outputs } = JSON.parse(readFileSync(new URL('vectors/halfsiphash-1-3.json', import.meta.url), 'utf8')) as {
  outputs: string[]
}

function hashOf(hash: KeyHash, text: string): string {
  hash.of(text)
  const bytes = Buffer.alloc(8)
  bytes.writeInt32LE(hash.low, 0)
  bytes.writeInt32LE(hash.high, 4)
  return bytes.toString('hex')
}

test('it is HalfSipHash-1-3', () => {
  const hash = new KeyHash(Buffer.from([0, 1, 2, 3, 4, 5, 6, 7]))
  const hashes = outputs.map((_, length) => hashOf(hash, String.fromCharCode(...Array(length).keys())))
  expect(hashes).toEqual(outputs)
})

test('two processes hash differently', () => {
  expect(hashOf(new KeyHash(), 'key')).not.toBe(hashOf(new KeyHash(), 'key'))
})

test('different texts have different hashes, ASCII, wide and long', () => {
  const hash = new KeyHash()
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string(), fc.string({ minLength: 250, maxLength: 600 }))
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(hashOf(hash, a) === hashOf(hash, b)).toBe(a === b)
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ['a wide text and the bytes it consists of', 'Āa', '\u0000\u0001a\u0000'],
  ['a trailing zero', 'a', 'a\u0000'],
  ['the last character of a long text', `${'x'.repeat(300)}a`, `${'x'.repeat(300)}b`],
  ['upper and lower half', '\u0101', '\u0001\u0001'],
])('%s are told apart', (_, a, b) => {
  const hash = new KeyHash()
  expect(hashOf(hash, a)).not.toBe(hashOf(hash, b))
})
