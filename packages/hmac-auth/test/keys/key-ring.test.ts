import { Secret } from '@ringfence/secret-config'
import { expect, test } from 'vitest'
import { generateApiKey, keyRing, type ApiKeyRecord } from '../../src/index.ts'

const key = (more: object = {}): ApiKeyRecord => ({
  ...generateApiKey({ scope: 'trade', allow: ['127.0.0.1'] }),
  ...more,
})
const secret = (): string => generateApiKey({ scope: 'read', allow: ['127.0.0.1'] }).secret

test('takes records with text or Secret, rotation, pins and deadlines', () => {
  const full = key({
    label: 'desk 7',
    entry: ['127.0.0.2:7101', '[::1]:7101'],
    notBefore: '2026-01-01T00:00:00Z',
    notAfter: '2027-01-01T00:00:00+01:00',
    secret: new Secret(secret()),
    previous: { secret: new Secret(secret()), notAfter: '2026-12-01T00:00Z' },
  })
  expect(keyRing([full, key()]).ids).toHaveLength(2)
})

test.each([
  ['no object', null],
  ['an unknown field', key({ scopes: ['read'] })],
  ['an id of another shape', key({ id: 'me' })],
  ['an id with a line break', key({ id: 'rfk_a\n' })],
  ['no scope', key({ scope: undefined })],
  ['two scopes', key({ scope: ['read', 'trade'] })],
  ['an unknown scope', key({ scope: 'admin' })],
  ['no allowlist', key({ allow: undefined })],
  ['an empty allowlist', key({ allow: [] })],
  ['an allowlist as text', key({ allow: '127.0.0.1' })],
  ['host bits', key({ allow: ['10.1.2.3/8'] })],
  ['everybody', key({ allow: ['0.0.0.0/0'] })],
  ['an empty pin list', key({ entry: [] })],
  ['a pin without a port', key({ entry: ['127.0.0.1'] })],
  ['a pin to a port that cannot be', key({ entry: ['127.0.0.1:65536'] })],
  ['a pin to what is no IPv4 address', key({ entry: ['127.0.0.999:7101'] })],
  ['a pin to what is no IPv6 address', key({ entry: ['[:::::]:7101'] })],
  ['a pin to an IPv6 address without brackets', key({ entry: ['::1:7101'] })],
  ['a pin that is wrong beside one that is right', key({ entry: ['127.0.0.1:7101', 'localhost:7101'] })],
  ['a date without a zone', key({ notAfter: '2027-01-01T00:00:00' })],
  ['a date in words', key({ notAfter: 'tomorrow' })],
  ['a number as date', key({ notAfter: 1_800_000_000 })],
  ['a day that does not exist', key({ notAfter: '2027-02-30T00:00:00Z' })],
  ['an end before its beginning', key({ notBefore: '2027-01-01T00:00:00Z', notAfter: '2026-01-01T00:00:00Z' })],
  ['no secret', key({ secret: undefined })],
  ['a placeholder', key({ secret: 'change-me' })],
  ['a secret of bytes', key({ secret: new Secret(new Uint8Array(32)) })],
  ['an id as secret', key({ secret: key().id })],
  ['an old secret without a deadline', key({ previous: { secret: secret() } })],
  [
    'an old secret with an unknown field',
    key({ previous: { secret: secret(), notAfter: '2027-01-01T00:00:00Z', x: 1 } }),
  ],
  ['a label of control characters', key({ label: 'a\u001b' })],
])('refuses %s', (_, record) => {
  expect(() => keyRing([record as ApiKeyRecord])).toThrow(expect.objectContaining({ code: 'key_invalid' }))
})

test('refuses an id or a secret that occurs twice', () => {
  const one = key()
  expect(() => keyRing([one, key({ id: one.id })])).toThrow(/keys\[1\]: id is taken/)
  expect(() => keyRing([one, key({ secret: one.secret })])).toThrow(/keys\[1\]: a secret is taken/)
  const previous = { secret: one.secret, notAfter: '2027-01-01T00:00:00Z' }
  expect(() => keyRing([{ ...one, previous }])).toThrow(/another secret/)
  expect(() => keyRing([one, key({ previous })])).toThrow(/a secret is taken/)
})

test('names every problem at once and repeats no value', () => {
  const planted = 'rfs_planted'
  const attempt = (): unknown =>
    keyRing([key({ scope: planted }), key({ secret: planted, [planted]: 1 }), key({ allow: [planted] })])
  expect(attempt).toThrow(/keys\[0\].*keys\[1\].*keys\[2\]/)
  expect(attempt).toThrow(expect.objectContaining({ message: expect.not.stringContaining(planted) }))
})

test('a broken replacement changes nothing', () => {
  const one = key()
  const ring = keyRing([one])
  expect(() => ring.replace([key(), key({ scope: 'x' })])).toThrow(/keys\[1\]/)
  expect(() => ring.replace([])).toThrow(/at least one/)
  expect(ring.ids).toEqual([one.id])
})
