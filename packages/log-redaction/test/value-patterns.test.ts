import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { needsPatterns, redactPatterns } from '../src/value-patterns.ts'

const random = randomBytes(24).toString('base64url')
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const jwt = `${part({ alg: 'ES256' })}.${part({ sub: 'alice' })}.${random}`
const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
const key = `rfs_${randomBytes(40).toString('hex').slice(0, 49)}`

/** Texts with the part of each that must go. */
const SAMPLES: readonly (readonly [name: string, text: string, secret: string])[] = [
  ['a PEM key', `key:\n${pem}end`, pem.split('\n')[1]!],
  ['a PEM key in one line', `key ${pem.replaceAll('\n', '\\n')} end`, pem.split('\n')[1]!],
  ['a PEM key that was cut off', pem.slice(0, 90), pem.slice(40, 90)],
  ['a JWT', `got ${jwt}, refused`, jwt],
  ['a JWE', `x ${part({ alg: 'dir' })}..${random}.${random}.${random} y`, random],
  ['a key secret', `secret=${key}`, key],
  ['a bearer token', `authorization was Bearer ${random}`, random],
  ['basic credentials', 'sent BASIC dXNlcjpwYXNzd29yZA==', 'dXNlcjpwYXNzd29yZA=='],
  ['raw header text', `GET / HTTP/1.1\r\nHost: a\r\nauthorization: Custom ${random}\r\nAccept: */*`, random],
  ['a cookie header', `cookie: sid=${random}`, random],
  ['a password in a URL', `connect redis://user:${random}@127.0.0.1:6379/0 failed`, random],
  ['a password with an at sign in a URL', `amqp://u:p@${random}@host/`, random],
  ['a token as user of a URL', `cloning https://ghx_${random}@host/repo.git`, random],
  ['a query parameter', `GET /cb?access_token=${random}&state=1`, random],
  ['a form body', `grant_type=client_credentials&client_secret=${random}`, random],
  ['a word and its value', `login with password=${random}, retrying`, random],
  ['JSON in a text', `body {"user":"a","password":"x${random}\\"y"} refused`, random],
  ['JSON with spaces', `body {"api_key" : "${random}"}`, random],
  ['JSON twice over', JSON.stringify({ body: JSON.stringify({ refreshToken: random, a: 1 }) }), random],
  ['JSON that was cut off', `{"a":1,"token":"${random}`, random],
]

describe('redactPatterns', () => {
  test.each(SAMPLES)('%s is replaced', (_, text, secret) => {
    expect(text).toContain(secret)
    expect(redactPatterns(text)).not.toContain(secret)
    expect(redactPatterns(text)).toContain('[redacted]')
  })

  test.each(SAMPLES)('the quick look at a line does not miss %s', (_, text) => {
    expect(needsPatterns(JSON.stringify({ msg: text }))).toBe(true)
    expect(
      needsPatterns(JSON.stringify({ err: { stack: `x\n${text.toUpperCase()}` } })) ||
        redactPatterns(text.toUpperCase()) === text.toUpperCase(),
    ).toBe(true)
  })

  test('what is around a secret stays', () => {
    expect(redactPatterns(`redis://u:${random}@h:1/0 down`)).toBe('redis://[redacted]@h:1/0 down')
    expect(redactPatterns(`/cb?a=1&access_token=${random}&b=2`)).toBe('/cb?a=1&access_token=[redacted]&b=2')
    expect(redactPatterns(`{"user":"a","password":"${random}","b":2}`)).toBe(
      '{"user":"a","password":"[redacted]","b":2}',
    )
    expect(redactPatterns(`Bearer ${random}`)).toBe('Bearer [redacted]')
  })

  test('no false alarm on 840 benign lines', () => {
    const file = new URL('./vectors/benign.jsonl', import.meta.url)
    const texts = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { text: string }).text)
    expect(texts).toHaveLength(840)
    expect(texts.filter((text) => redactPatterns(text) !== text)).toEqual([])
  })

  test.each([
    'basic authentication is off',
    'bearer tokens expire after an hour',
    'ssh://git@host.example/repo.git',
    'mailto:someone@example.org',
    'token=5 secret=no',
    'the cookie: banner is shown',
    '{"tokens":5,"tokenType":"Bearer","monkey":"x"}',
    '-----BEGIN CERTIFICATE-----',
  ])('%s stays as it is', (text) => expect(redactPatterns(text)).toBe(text))

  test('redacting twice changes nothing more', () => {
    for (const [, text] of SAMPLES) {
      const once = redactPatterns(text)
      expect(redactPatterns(once)).toBe(once)
    }
  })

  test('hostile texts of 200,000 characters take little time', () => {
    const hostile = [
      'a',
      '-----BEGIN ',
      'eyJ',
      'eyJa.',
      'Bearer ',
      '://:',
      'http://a:',
      'password=',
      '"a":"',
      '\\"a\\":\\"',
      '\\',
      'a\n',
      'rfs_',
      '-----BEGIN PRIVATE KEY-----',
      '@',
    ]
    for (const unit of hostile) {
      const text = unit.repeat(Math.ceil(200_000 / unit.length))
      const started = performance.now()
      needsPatterns(text)
      redactPatterns(text)
      expect(performance.now() - started, JSON.stringify(unit)).toBeLessThan(1_000)
    }
  })
})
