import * as fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, test } from 'vitest'
import { isPublicAddress, parseAddress, SPECIAL_RANGES, specialRange } from '../src/index.ts'
import { carriers, mappedSpellings, otherSpellings } from './spellings.ts'

type Octets = [number, number, number, number]

/** One address or more of every block that is not public, with the clouds' metadata services. */
const INTERNAL: readonly Octets[] = [
  [0, 0, 0, 0],
  [0, 1, 2, 3],
  [10, 0, 0, 1],
  [10, 255, 255, 255],
  [100, 64, 0, 1],
  [100, 100, 100, 200], // Alibaba Cloud metadata
  [100, 127, 255, 255],
  [127, 0, 0, 1],
  [127, 255, 255, 254],
  [168, 63, 129, 16], // Azure platform
  [169, 254, 169, 254], // metadata of AWS, GCP, Azure
  [169, 254, 170, 2], // ECS credentials
  [172, 16, 0, 1],
  [172, 31, 255, 255],
  [192, 0, 0, 9], // PCP anycast: the local router
  [192, 0, 0, 192], // Oracle Cloud metadata
  [192, 0, 2, 1],
  [192, 31, 196, 1],
  [192, 52, 193, 1],
  [192, 88, 99, 1],
  [192, 168, 1, 1],
  [192, 175, 48, 1],
  [198, 18, 0, 1],
  [198, 19, 255, 255],
  [198, 51, 100, 1],
  [203, 0, 113, 1],
  [224, 0, 0, 1],
  [239, 255, 255, 255],
  [240, 0, 0, 1],
  [255, 255, 255, 255],
]

const PUBLIC: readonly Octets[] = [
  [1, 1, 1, 1],
  [9, 255, 255, 255],
  [11, 0, 0, 0],
  [100, 63, 255, 255],
  [100, 128, 0, 0],
  [126, 255, 255, 255],
  [128, 0, 0, 0],
  [168, 63, 129, 15],
  [169, 253, 255, 255],
  [172, 15, 255, 255],
  [172, 32, 0, 0],
  [192, 0, 1, 0],
  [192, 167, 255, 255],
  [192, 169, 0, 0],
  [198, 17, 255, 255],
  [198, 20, 0, 0],
  [223, 255, 255, 255],
]

describe('IPv4', () => {
  test.each(INTERNAL)('%d.%d.%d.%d is refused in every spelling and inside every carrier', (...octets) => {
    const texts = [...mappedSpellings(...octets), ...otherSpellings(...octets), ...Object.values(carriers(...octets))]
    expect(texts.filter(isPublicAddress)).toEqual([])
  })

  test.each(PUBLIC)('%d.%d.%d.%d is public, in every mapped spelling too', (...octets) => {
    expect(mappedSpellings(...octets).filter((text) => !isPublicAddress(text))).toEqual([])
    expect(isPublicAddress(parseAddress(octets.join('.')))).toBe(true)
    expect(otherSpellings(...octets).filter(isPublicAddress)).toEqual([])
  })

  test('of all carriers of a public address only NAT64 is public', () => {
    const open = Object.entries(carriers(9, 9, 9, 9)).filter(([, text]) => isPublicAddress(text))
    expect(open.map(([name]) => name)).toEqual(['nat64'])
  })
})

describe('IPv6', () => {
  test.each([
    '::',
    '::1',
    '::2',
    '100::1',
    '100:0:0:1::1',
    '64:ff9b:1::1',
    '200::1',
    '1fff:ffff::1',
    '2001::1',
    '2001:1::1',
    '2001:2::1',
    '2001:3::1',
    '2001:4:112::1',
    '2001:10::1',
    '2001:20::1',
    '2001:30::1',
    '2001:1ff:ffff::1',
    '2001:db8::1',
    '2002::1',
    '2620:4f:8000::1',
    '3fff::1',
    '3fff:fff:ffff::1',
    '4000::1',
    '5f00::1',
    'c000::1',
    'fc00::1',
    'fd00:ec2::254', // AWS metadata
    'fdff:ffff::1',
    'fe80::1',
    'febf::1',
    'fec0::1',
    'feff::1',
    'ff02::1',
    'ff0e::1',
    'fe80::1%eth0',
    '[2606:4700::1]',
    '2606:4700::1/128',
  ])('%s is refused', (text) => {
    expect(isPublicAddress(text)).toBe(false)
  })

  test.each([
    '2000::1',
    '2001:200::1',
    '2001:db7:ffff::1',
    '2001:db9::1',
    '2001:4860:4860::8888',
    '2003::1',
    '2606:4700::1111',
    '2620:4f:8001::1',
    '2a00:1450:4001::',
    '3ffe:ffff::1',
    '3fff:1000::1',
  ])('%s is public', (text) => {
    expect(isPublicAddress(text)).toBe(true)
  })
})

test('what is not an address at all is not public', () => {
  for (const value of [
    '',
    'localhost',
    '127.0.0.1.nip.io',
    'metadata.google.internal',
    undefined,
    null,
    16843009,
    {},
  ]) {
    expect(isPublicAddress(value as string)).toBe(false)
  }
})

test('an address is public exactly when it is in no special block, or NAT64 of one that is', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const range = specialRange(text)
      const nat64 = range?.cidr === '64:ff9b::/96' && isPublicAddress(parseAddress(text).embedded!)
      expect(isPublicAddress(text)).toBe(range === undefined || nat64)
    }),
  )
})

describe('as ipaddr.js, whose unicast range is its public one', () => {
  const theirs = (text: string): boolean => ipaddr.process(text).range() === 'unicast'

  test('agrees on IPv4, but for the blocks it does not know', () => {
    const unknownToThem = new Set([
      '168.63.129.16/32',
      '192.31.196.0/24',
      '192.52.193.0/24',
      '192.175.48.0/24',
      '192.88.99.0/24',
    ])
    const near = fc
      .constantFrom(...INTERNAL, ...PUBLIC)
      .chain(([a, b, c, d]) =>
        fc.oneof(
          fc.tuple(fc.constant(a), fc.nat(255), fc.nat(255), fc.nat(255)),
          fc.tuple(fc.constant(a), fc.constant(b), fc.constant(c), fc.constant(d)),
        ),
      )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.ipV4(),
          near.map((octets) => octets.join('.')),
        ),
        (text) => {
          const range = specialRange(text)?.cidr
          if (range === undefined || !unknownToThem.has(range)) expect(isPublicAddress(text), text).toBe(theirs(text))
        },
      ),
      { numRuns: 5_000 },
    )
  })

  test('never calls public what it refuses, but for NAT64 of a public address; it lets deprecated and unallocated IPv6 pass', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const nat64 = specialRange(text)?.cidr === '64:ff9b::/96'
        if (isPublicAddress(text) && !nat64) expect(theirs(text), text).toBe(true)
      }),
      { numRuns: 5_000 },
    )
    expect(['::7f00:1', '4000::1', '::ffff:0:7f00:1'].filter(theirs)).toContain('::7f00:1')
  })
})

test('every special block is refused at both ends', () => {
  for (const { cidr } of SPECIAL_RANGES) {
    const [first = ''] = cidr.split('/')
    if (cidr === '64:ff9b::/96' || cidr === '::ffff:0:0/96') continue // the carried address decides; IPv4 itself
    expect(isPublicAddress(first), cidr).toBe(false)
  }
})
