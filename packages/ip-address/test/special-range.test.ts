import { RingfenceError } from '@ringfence/errors'
import { describe, expect, test } from 'vitest'
import { cidrSet, parseAddress, SPECIAL_RANGES, specialRange } from '../src/index.ts'

describe('the narrowest block answers', () => {
  test.each([
    ['192.0.0.8', '192.0.0.8/32', 'RFC 7600'],
    ['192.0.0.7', '192.0.0.0/29', 'RFC 7335'],
    ['192.0.0.200', '192.0.0.0/24', 'RFC 6890 section 2.1'],
    ['0.0.0.0', '0.0.0.0/32', 'RFC 1122 section 3.2.1.3'],
    ['255.255.255.255', '255.255.255.255/32', 'RFC 919 section 7'],
    ['::ffff:127.0.0.1', '127.0.0.0/8', 'RFC 1122 section 3.2.1.3'],
    ['::1', '::1/128', 'RFC 4291'],
    ['::7f00:1', '::/96', 'RFC 4291 section 2.5.5.1'],
    ['64:ff9b::9.9.9.9', '64:ff9b::/96', 'RFC 6052'],
    ['2001:1::1', '2001:1::1/128', 'RFC 7723'],
    ['2001:0:905:905::1', '2001::/32', 'RFC 4380'],
    ['2001:100::1', '2001::/23', 'RFC 2928'],
    ['fec0::1', 'fec0::/10', 'RFC 3879'],
    ['4000::1', '4000::/2', 'RFC 4291 section 2.4'],
  ])('%s is in %s', (text, cidr, rfc) => {
    expect(specialRange(text)).toMatchObject({ cidr, rfc })
    expect(specialRange(parseAddress(text))).toBe(specialRange(text))
  })

  test('none for public addresses; an error for what is no address', () => {
    expect(specialRange('9.9.9.9')).toBeUndefined()
    expect(specialRange('2606:4700::1111')).toBeUndefined()
    expect(() => specialRange('localhost')).toThrow(RingfenceError)
  })
})

describe('the table', () => {
  test('every block is canonical, named and sourced, and stands once', () => {
    const blocks = SPECIAL_RANGES.map(({ cidr }) => cidr)
    expect(new Set(blocks).size).toBe(blocks.length)
    const readable = blocks.filter((cidr) => !['::/3', '::ffff:0:0/96'].includes(cidr)) // cidrSet refuses all of IPv4
    expect(cidrSet(readable).cidrs).toEqual(readable)
    for (const range of SPECIAL_RANGES) {
      expect(range.name).not.toBe('')
      expect(range.rfc).toMatch(/^RFC \d+|^learn\.microsoft\.com/)
      expect(Object.isFrozen(range)).toBe(true)
    }
  })

  test('holds every row of both registries', () => {
    expect(SPECIAL_RANGES.filter(({ cidr }) => !cidr.includes(':'))).toHaveLength(26 + 2)
    expect(SPECIAL_RANGES.filter(({ cidr }) => cidr.includes(':'))).toHaveLength(25 + 7)
  })
})
