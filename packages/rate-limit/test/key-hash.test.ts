import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { KeyHash } from '../src/key-hash.ts'
import type { KeyParts } from '../src/policy.ts'

const { outputs } = JSON.parse(readFileSync(new URL('vectors/halfsiphash-1-3.json', import.meta.url), 'utf8')) as {
  outputs: string[]
}

function hashOf(hash: KeyHash, key: KeyParts): string {
  hash.of(key)
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

test('different keys have different hashes: ASCII, wide and long, texts and parts', () => {
  const hash = new KeyHash()
  const short = fc.string({ unit: fc.constantFrom('a', '\0', '1:', '\u0101', '\ud800', '\ud801'), maxLength: 4 })
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), short, fc.string({ minLength: 250, maxLength: 600 }))
  const key = fc.oneof(text, fc.array(fc.oneof(short, text), { maxLength: 3 }))
  fc.assert(
    fc.property(key, key, (a, b) => {
      expect(hashOf(hash, a) === hashOf(hash, b)).toBe(JSON.stringify(a) === JSON.stringify(b))
    }),
    { numRuns: 3000 },
  )
})

test.each<[string, KeyParts, KeyParts]>([
  ['a wide text and the bytes it consists of', 'Āa', '\u0000\u0001a\u0000'],
  ['a trailing zero', 'a', 'a\u0000'],
  ['the last character of a long text', `${'x'.repeat(300)}a`, `${'x'.repeat(300)}b`],
  ['upper and lower half', '\u0101', '\u0001\u0001'],
  ['lone surrogates', '\ud800', '\ud801'],
  ['a text and the one part of a key', 'a', ['a']],
  ['a wide text and the one part of a key', '\u0101', ['\u0101']],
  ['where one part ends', ['ab', 'c'], ['a', 'bc']],
  ['where a wide part ends', ['\u0101b', 'c'], ['\u0101', 'bc']],
  ['a part of whole words and one that says so', ['abcd', ''], ['abcd']],
  ['parts that hold what a length looks like', ['a\0\0\0\u0001\0\0\0b'], ['a', 'b']],
  ['parts whose lengths are 256 apart', ['x'.repeat(256), ''], ['', 'x'.repeat(256)]],
])('%s are told apart', (_, a, b) => {
  const hash = new KeyHash()
  expect(hashOf(hash, a)).not.toBe(hashOf(hash, b))
})
