import { expect, test } from 'vitest'
import { readHeader } from '../../src/jws/read-header.ts'
import { encode } from '../support/issuer.ts'

const of = (header: unknown): string => encode(JSON.stringify(header))

test('reads algorithm, key id and type', () => {
  expect(readHeader(of({ alg: 'ES256', kid: 'a', typ: 'at+jwt', x: 1 }))).toEqual({
    alg: 'ES256',
    kid: 'a',
    typ: 'at+jwt',
  })
  expect(readHeader(of({ alg: 'ES256' }))).toEqual({ alg: 'ES256', kid: undefined, typ: undefined })
})

test.each<[string, object]>([
  ['no algorithm', {}],
  ['an algorithm that is no text', { alg: ['ES256'] }],
  ['a key id that is no text', { alg: 'ES256', kid: 7 }],
  ['a type that is null', { alg: 'ES256', typ: null }],
  ...['crit', 'b64', 'jwk', 'jku', 'x5c', 'x5u'].map((name): [string, object] => [name, { alg: 'ES256', [name]: [] }]),
])('refuses %s, also the second time', (_, header) => {
  expect([readHeader(of(header)), readHeader(of(header))]).toEqual([undefined, undefined])
})

test('what is remembered is what another reading says, in any order and however many there are', () => {
  const kids = Array.from({ length: 500 }, (_, i) => `kid-${(i * 7) % 130}`)
  expect(kids.map((kid) => readHeader(of({ alg: 'ES256', kid }))?.kid)).toEqual(kids)
})

test('a header that is too long is not read', () => {
  expect(readHeader(of({ alg: 'ES256', kid: 'k'.repeat(1_500) }))).toBeDefined()
  expect(readHeader(of({ alg: 'ES256', kid: 'k'.repeat(1_600) }))).toBeUndefined()
})
