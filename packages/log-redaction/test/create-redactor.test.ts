import { randomBytes } from 'node:crypto'
import { Secret } from '@ringfence/secret-config'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRedactor } from '../src/index.ts'
import { leaks } from './support/leaks.ts'

const fingerprintKey = { key: randomBytes(32), keyId: 'k1' }

describe('createRedactor', () => {
  test('a registered secret is replaced in every encoding, anywhere in a line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 8, maxLength: 30 }), fc.nat(5), (tail, shift) => {
        const secret = `S~${tail}`
        const { line, text } = createRedactor({ secrets: [secret] })
        const encoded = Buffer.from('u'.repeat(shift) + secret).toString('base64')
        const value = {
          msg: `a ${secret} b`,
          [secret]: 1,
          enc: `x${encoded}y`,
          hex: Buffer.from(secret).toString('hex'),
          json: JSON.stringify({ secret }),
          url: encodeURIComponent(secret),
        }
        const clean = line(`${JSON.stringify(value)}\n`)
        expect(leaks(clean, secret)).toEqual([])
        expect(leaks(text(Object.values(value).join(' ')), secret)).toEqual([])
        expect(Object.keys(JSON.parse(clean) as object)).toHaveLength(6)
      }),
    )
  })

  test('numbers that are a secret, and secrets that look like JSON, leave JSON behind', () => {
    const { line } = createRedactor({ secrets: ['12345678', '"level":30'] })
    expect(JSON.parse(line('{"level":30,"n":912345678,"m":1}\n'))).toEqual({ level: 30, n: '[redacted]', m: 1 })
  })

  test('secrets come as text, bytes or wrapped, and can be added later', () => {
    const [a, b, c, d] = [1, 2, 3, 4].map(() => randomBytes(16).toString('hex')) as [string, string, string, string]
    const redactor = createRedactor({ secrets: [a, Buffer.from(b), new Secret(c)] })
    expect(redactor.text(`${a} ${b} ${c} ${d}`)).toBe(`[redacted] [redacted] [redacted] ${d}`)
    redactor.register([new Secret(Buffer.from(d, 'hex'))])
    expect(redactor.text(`${a} ${d}`)).toBe('[redacted] [redacted]')
  })

  test('one secret inside another, or overlapping it, leaves no rest', () => {
    const { text } = createRedactor({ secrets: ['abcdefgh', 'abcdefghijkl', 'ijklmnopqr'] })
    expect(text('-abcdefghijklmnopqr-abcdefgh-')).toBe('-[redacted]-[redacted]-')
  })

  test('a secret so short that it would mask everything is refused, and so are too many', () => {
    expect(() => createRedactor({ secrets: ['short'] })).toThrow(/at least 8 characters/)
    const redactor = createRedactor()
    expect(() => redactor.register(Array.from({ length: 1_001 }, (_, i) => `secret-number-${i}`))).toThrow(
      /at most 1000/,
    )
  })

  test('a clean line passes as it is, byte for byte', () => {
    const line = '{"a":1,"a":2,"n":1.0,"msg":"x \\u0041"}\n'
    expect(createRedactor({ secrets: ['some-registered-secret'] }).line(line)).toBe(line)
  })

  test('a line that is suspect but no JSON is withheld', () => {
    const { line } = createRedactor({ secrets: ['some-registered-secret'] })
    const withheld = line('not json: some-registered-secret')
    expect(withheld).not.toContain('some-registered-secret')
    expect(JSON.parse(withheld)).toMatchObject({ msg: '[unredactable:line]' })
  })

  test('client addresses become fingerprints, loopback and other text stay', () => {
    const { stringify } = createRedactor({ fingerprintKey })
    const write = (text: string, name = 'remoteAddress'): unknown => JSON.parse(stringify({ [name]: text }))[name]
    const one = write('203.0.113.9')
    expect(one).toMatch(/^address:k1:[\w-]{22}$/)
    expect(write('203.0.113.9:443')).toBe(one)
    expect(write('203.0.113.9, 127.0.0.1', 'x-forwarded-for')).toBe(`${String(one)}, 127.0.0.1`)
    expect(write('2001:db8::1', 'ip')).toBe(write('[2001:db8::1]:80', 'ip'))
    expect(write('for=203.0.113.9;proto=http', 'forwarded')).toBe('[redacted]')
    expect(write('::ffff:203.0.113.9')).not.toContain('203.0')
    expect(write('12 Main Street', 'address')).toBe('12 Main Street')
    expect(stringify({ ips: ['203.0.113.9', 5] })).toBe(`{"ips":["${String(one)}",5]}`)
    expect(createRedactor().stringify({ ip: '203.0.113.9' })).toBe('{"ip":"[redacted]"}')
  })
})
