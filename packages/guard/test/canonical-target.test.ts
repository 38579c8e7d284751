import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { isCanonicalTarget } from '../src/canonical-target.ts'

const segment = fc.string({
  unit: fc.constantFrom(
    ...Array.from("aZ09-._~!$&'()*+,;=:@%2Fe5C"),
    '%20',
    '%C3%A9',
    '%2E',
    '/',
    '\\',
    '?',
    '#',
    '|',
    '"',
  ),
})

describe('examples', () => {
  test.each([
    '/',
    '/a',
    '/v1/orders',
    '/a/b?c=d&e',
    "/it's",
    '/a;b=c',
    '/a:b@c',
    '/%20',
    '/%C3%A9',
    '/a?x=%2F',
    '/...',
    '/.a',
    '/a?/?',
  ])('accepts %s', (target) => expect(isCanonicalTarget(target)).toBe(true))
  test.each([
    '',
    'a',
    '*',
    '//',
    '//a',
    '/a/',
    '/a//b',
    '/.',
    '/..',
    '/./a',
    '/a/..',
    '/%2E',
    '/%6F',
    '/%2F',
    '/%5C',
    '/%00',
    '/%0A',
    '/%7F',
    '/%c3%a9',
    '/%C3',
    '/%ZZ',
    '/%',
    '/a?',
    '/a#b',
    '/a?b#c',
    "/a?'",
    '/a?%41',
    '/a?%00',
    '/a b',
    '/a\\b',
    '/é',
    '/a|b',
    '/[a]',
    'http://a/b',
    '/a\n',
  ])('refuses %s', (target) => expect(isCanonicalTarget(target)).toBe(false))
  test('refuses what is longer than 8000 octets', () => {
    expect(isCanonicalTarget(`/${'a'.repeat(7_999)}`)).toBe(true)
    expect(isCanonicalTarget(`/${'a'.repeat(8_000)}`)).toBe(false)
  })
})

test.prop([segment], { numRuns: 20_000 })('what is accepted is what the platform would have made of it', (text) => {
  const target = `/${text}`
  if (!isCanonicalTarget(target)) return
  const url = new URL(target, 'http://host')
  expect(url.pathname + url.search).toBe(target)
  expect(url.host + url.hash).toBe('host')
  // Decoding changes no boundary between segments.
  expect(decodeURIComponent(url.pathname).split('/').length).toBe(url.pathname.split('/').length)
})

test('takes linear time', () => {
  const time = (target: string): number => {
    const start = performance.now()
    for (let i = 0; i < 200; i++) isCanonicalTarget(target)
    return performance.now() - start
  }
  const hostile = (size: number): string[] =>
    ['/a', '%20', '/.', '?a', "/'", '/%41'].map((part) => part.repeat(size / part.length) + '\n')
  for (const [small, large] of hostile(1_000).map((text, i) => [text, hostile(7_900)[i]!] as const)) {
    time(small)
    // 7.9 times the length: a quadratic pattern would take 62 times as long.
    expect(time(large)).toBeLessThan(30 * Math.max(time(small), 0.5))
  }
})
