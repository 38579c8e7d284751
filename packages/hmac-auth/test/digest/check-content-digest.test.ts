import { describe, expect, test } from 'vitest'
import { contentDigest } from '../../src/client.ts'
import { checkContentDigest } from '../../src/digest/check-content-digest.ts'
import { vectors } from '../support/vectors.ts'

interface Digests {
  readonly cases: readonly {
    readonly source: string
    readonly body: string
    readonly alg: 'sha256' | 'sha512'
    readonly field: string
  }[]
}

describe('RFC 9530 and RFC 9421', () => {
  test.each((vectors('rfc9530-content-digest.json') as Digests).cases)('$source', ({ body, alg, field }) => {
    expect(checkContentDigest(field, Buffer.from(body))).toBe('matches')
    expect(checkContentDigest(field, Buffer.from(`${body} `))).toBe('mismatch')
    expect(contentDigest(Buffer.from(body), alg === 'sha256' ? 'sha-256' : 'sha-512')).toBe(field)
  })
})

const BODY = Buffer.from('{"hello": "world"}')
const GOOD = contentDigest(BODY)

test('every recognised digest has to match', () => {
  expect(checkContentDigest(`${GOOD}, ${contentDigest(BODY, 'sha-512')}`, BODY)).toBe('matches')
  expect(checkContentDigest(`${GOOD}, ${contentDigest(Buffer.from('x'), 'sha-512')}`, BODY)).toBe('mismatch')
  expect(checkContentDigest(`${contentDigest(Buffer.from('x'))}, ${contentDigest(BODY, 'sha-512')}`, BODY)).toBe(
    'mismatch',
  )
})

test('digests that an adversary can forge prove nothing', () => {
  for (const weak of ['md5', 'sha', 'unixsum', 'unixcksum', 'adler', 'crc32c', 'id-sha-256']) {
    expect(checkContentDigest(`${weak}=:AAAA:`, BODY)).toBe('unsupported')
    expect(checkContentDigest(`${weak}=:AAAA:, ${GOOD}`, BODY)).toBe('matches')
  }
  expect(checkContentDigest('', BODY)).toBe('unsupported')
})

test('a digest has one spelling', () => {
  const [name, value] = ['sha-256', GOOD.slice('sha-256=:'.length, -1)]
  for (const field of [
    `${name}=:${value}=:`,
    `${name}=:${value.slice(0, -1)}:`,
    `${name}="${value}"`,
    `${name}=(:${value}:)`,
    `${name}=${value}`,
    `${GOOD}, ${GOOD}`,
    `${GOOD},`,
    `SHA-256=:${value}:`,
    `${name}=:${' '.repeat(2_000)}:`,
  ]) {
    expect(checkContentDigest(field, BODY)).toBe('malformed')
  }
  expect(checkContentDigest(`${name}=::`, BODY)).toBe('mismatch')
})
