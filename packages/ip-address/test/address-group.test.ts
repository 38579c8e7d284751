import { RingfenceError } from '@ringfence/errors'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressGroup, cidrSet, parseAddress } from '../src/index.ts'
import { mappedSpellings } from './spellings.ts'

const prefixes = fc.integer({ min: 32, max: 128 })

describe('one client, one group', () => {
  test('IPv4 has the same group in every spelling, and its own at every prefix (GHSA-5847-rm3g-23mw, CVE-2026-30827)', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), prefixes, (c, d, v6Prefix) => {
        for (const text of [
          ...mappedSpellings(192, 0, c, d),
          `64:ff9b::192.0.${c}.${d}`,
          `2002:c000:${(c * 256 + d).toString(16)}:7::9`,
        ]) {
          expect(addressGroup(text, { v6Prefix })).toBe(`192.0.${c}.${d}`)
        }
      }),
    )
  })

  test('IPv6 is cut to the prefix, in every spelling', () => {
    for (const text of ['2001:db8:1:2:3:4:5:6', '2001:DB8:1:2::', '2001:0db8:0001:0002:ffff:ffff:ffff:ffff']) {
      expect(addressGroup(text, { v6Prefix: 64 })).toBe('2001:db8:1:2::/64')
    }
    expect(addressGroup('2001:db8:1:2ff::1', { v6Prefix: 56 })).toBe('2001:db8:1:200::/56')
    expect(addressGroup(parseAddress('2001:db8::1'), { v6Prefix: 128 })).toBe('2001:db8::1/128')
  })

  test('two addresses share a group exactly when one block of that length holds both', () => {
    const sibling = fc.tuple(fc.ipV6(), fc.ipV6(), prefixes, fc.boolean()).map(([a, b, length, near]) => {
      const start = parseAddress(a).text
      return { a: start, b: near ? start : b, length }
    })
    fc.assert(
      fc.property(sibling, ({ a, b, length }) => {
        const [left, right] = [parseAddress(a), parseAddress(b)]
        fc.pre(left.family === 6 && right.family === 6 && left.embedded === undefined && right.embedded === undefined)
        const group = addressGroup(left, { v6Prefix: length })
        fc.pre(!group.startsWith('::/'))
        expect(addressGroup(right, { v6Prefix: length }) === group).toBe(cidrSet([group]).contains(right))
      }),
    )
  })
})

test.each([31, 129, 64.5, NaN, Infinity, -64, '64' as unknown as number, undefined as unknown as number])(
  'v6Prefix %s is refused',
  (v6Prefix) => {
    expect(() => addressGroup('::1', { v6Prefix })).toThrow(expect.objectContaining({ code: 'option_invalid' }))
  },
)

test('text that is no address throws', () => {
  expect(() => addressGroup('10.1', { v6Prefix: 64 })).toThrow(RingfenceError)
})
