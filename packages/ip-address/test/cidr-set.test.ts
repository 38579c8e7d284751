import { BlockList } from 'node:net'
import { RingfenceError } from '@ringfence/errors'
import * as fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, test } from 'vitest'
import { cidrSet, parseAddress } from '../src/index.ts'
import { cpuMs } from './cpu-ms.ts'
import { carriers, mappedSpellings, otherSpellings } from './spellings.ts'

/** A block, its family, and an address near it as often as far from it. */
const blockAndAddress = fc.constantFrom(4 as const, 6 as const).chain((family) => {
  const bits = family === 4 ? 32 : 128
  const number = fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n })
  return fc.tuple(number, number, fc.integer({ min: 1, max: bits }), fc.boolean()).map(([a, b, length, near]) => {
    const host = BigInt(bits - length)
    const network = (a >> host) << host
    const address = near ? network | (b & ((1n << host) - 1n)) : b
    return { family, cidr: `${spell(network, family)}/${length}`, address: spell(address, family), network, host }
  })
})

function spell(value: bigint, family: 4 | 6): string {
  const part = (i: number): number => Number((value >> BigInt(i)) & 0xffffn)
  if (family === 4) return [part(16) >> 8, part(16) & 255, part(0) >> 8, part(0) & 255].join('.')
  return [112, 96, 80, 64, 48, 32, 16, 0].map((i) => part(i).toString(16)).join(':')
}

describe('load', () => {
  test.each([
    ['10.0.0.1/8', 'write 10.0.0.0/8'],
    ['10.1.2.3/31', 'write 10.1.2.2/31'],
    ['2001:db8::1/32', 'write 2001:db8::/32'],
    ['::ffff:10.0.0.1/104', 'write 10.0.0.0/8'],
    ['0.0.0.0/0', 'covers every IPv4 address'],
    ['10.0.0.0/0', 'covers every IPv4 address'],
    ['::/0', 'covers every IPv4 address'],
    ['::/1', 'covers every IPv4 address'],
    ['::ffff:0:0/96', 'covers every IPv4 address'],
    ['::ffff:10.0.0.0/8', 'covers every IPv4 address'],
    ['10.0.0.0/33', 'length from 1 to 32'],
    ['::1/129', 'length from 1 to 128'],
    ['10.0.0.0/08', 'length'],
    ['10.0.0.0/+8', 'length'],
    ['10.0.0.0/-1', 'length'],
    ['10.0.0.0/8.0', 'length'],
    ['10.0.0.0/ 8', 'length'],
    ['10.0.0.0/', 'length'],
    ['10.0.0.0/255.0.0.0', 'length'],
    ['10.0.0.0/8/8', 'length'],
    ['10/8', 'not an address'],
    ['010.0.0.0/8', 'not an address'],
    ['fe80::%eth0/64', 'not an address'],
    ['', 'not an address'],
    ['office', 'not an address'],
    [null as unknown as string, 'must be a string'],
  ])('%j is refused: %s', (cidr, rule) => {
    const error: unknown = expect.objectContaining({ code: 'cidr_invalid', message: expect.stringContaining(rule) })
    expect(() => cidrSet(['192.0.2.0/24', cidr])).toThrow(error)
  })

  test('every bad entry is named by position, at most ten, and none is repeated', () => {
    const list = ['10.0.0.0/8', ...Array.from({ length: 12 }, () => 'hunter2/8'), '::1']
    try {
      cidrSet(list)
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(RingfenceError)
      expect(String(error)).toMatch(/entry 2 .*entry 11 .*and 2 more$/)
      expect(String(error)).not.toContain('hunter2')
    }
  })

  test('what is not a list, or too long a list, is refused', () => {
    expect(() => cidrSet('10.0.0.0/8' as unknown as string[])).toThrow(/list/)
    expect(() => cidrSet(Array.from({ length: 100_001 }, () => '10.0.0.0/8'))).toThrow(/100000/)
  })

  test('the blocks read back in canonical spelling and in order; the set is frozen', () => {
    const list = ['2001:DB8:0::/48', '::ffff:10.0.0.0/104', '192.0.2.7']
    const set = cidrSet(list)
    list.length = 0
    expect(set.cidrs).toEqual(['2001:db8::/48', '10.0.0.0/8', '192.0.2.7/32'])
    expect(Object.isFrozen(set) && Object.isFrozen(set.cidrs)).toBe(true)
    expect(set.contains('10.9.9.9')).toBe(true)
  })
})

describe('contains', () => {
  test('the first and the last address of a block, and neither neighbour', () => {
    const set = cidrSet(['10.1.2.0/23', '2001:db8:0:8::/61'])
    for (const inside of ['10.1.2.0', '10.1.3.255', '2001:db8:0:8::', '2001:db8:0:f:ffff:ffff:ffff:ffff']) {
      expect(set.contains(inside), inside).toBe(true)
    }
    for (const outside of ['10.1.1.255', '10.1.4.0', '2001:db8:0:7:ffff:ffff:ffff:ffff', '2001:db8:0:10::']) {
      expect(set.contains(outside), outside).toBe(false)
    }
  })

  test('an IPv4 block holds every spelling of its addresses, and no carrier of them', () => {
    const set = cidrSet(['10.0.0.0/8'])
    for (const text of mappedSpellings(10, 1, 2, 3)) expect(set.contains(text), text).toBe(true)
    for (const text of Object.values(carriers(10, 1, 2, 3))) expect(set.contains(text), text).toBe(false)
  })

  test('an IPv6 block never holds IPv4', () => {
    const set = cidrSet(['::/96', '8000::/1', '::ffff:0:0:0/96'])
    for (const text of mappedSpellings(10, 1, 2, 3)) expect(set.contains(text), text).toBe(false)
  })

  test('takes a parsed address; the empty set holds nothing', () => {
    expect(cidrSet(['::1']).contains(parseAddress('0:0:0:0:0:0:0:1'))).toBe(true)
    expect(cidrSet([]).contains('127.0.0.1')).toBe(false)
  })

  test('text that is no address throws: neither an allowlist nor a denylist may read it as an answer', () => {
    const set = cidrSet(['10.0.0.0/8'])
    for (const text of otherSpellings(10, 1, 2, 3)) expect(() => set.contains(text), text).toThrow(RingfenceError)
    for (const fake of [undefined, null, 10, { family: 4, text: '10.1.2.3' }]) {
      expect(() => set.contains(fake as unknown as string)).toThrow(RingfenceError)
    }
  })
})

describe('as arithmetic and other implementations', () => {
  test('agrees with the definition, net.BlockList and ipaddr.js', () => {
    fc.assert(
      fc.property(blockAndAddress, ({ family, cidr, address, network, host }) => {
        // Mapped addresses are IPv4 here and IPv6 to the others; the examples above pin them down.
        fc.pre(!address.startsWith('0:0:0:0:0:ffff:') && !cidr.startsWith('0:0:0:0:0:0:0:0/'))
        const ours = cidrSet([cidr]).contains(address)
        expect(ours).toBe(parseAddress(address).value >> host === network >> host)
        const [block = '', length = ''] = cidr.split('/')
        const list = new BlockList()
        list.addSubnet(block, Number(length), family === 4 ? 'ipv4' : 'ipv6')
        expect(ours).toBe(list.check(address, family === 4 ? 'ipv4' : 'ipv6'))
        expect(ours).toBe(ipaddr.parse(address).match(ipaddr.parseCIDR(cidr) as [ipaddr.IPv4, number]))
      }),
      { numRuns: 5_000 },
    )
  })

  test('a set of many overlapping blocks answers as its blocks do one by one', () => {
    const blocks = fc.array(blockAndAddress, { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(blocks, (list) => {
        const cidrs = list.map(({ cidr }) => cidr).filter((cidr) => !cidr.startsWith('0:0:0:0:0:0:0:0/'))
        const set = cidrSet(cidrs)
        for (const { address } of list) {
          expect(set.contains(address)).toBe(cidrs.some((cidr) => cidrSet([cidr]).contains(address)))
        }
      }),
    )
  })
})

test('net.BlockList without a family misses the mapped spelling: a denylist of it would fail open', () => {
  const list = new BlockList()
  list.addSubnet('10.1.2.3', 8)
  expect(list.check('::ffff:10.0.0.1')).toBe(false)
  expect(cidrSet(['10.0.0.0/8']).contains('::ffff:10.0.0.1')).toBe(true)
})

test('a million checks a second, parsing included', () => {
  const set = cidrSet(Array.from({ length: 1_000 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24`))
  const texts = Array.from({ length: 4_096 }, (_, i) => `${i & 15}.${(i * 7) & 3}.${(i * 13) & 255}.${(i * 31) & 255}`)
  const perSecond = (): number => {
    let inside = 0
    const took = cpuMs(() => {
      for (let i = 0; i < 200_000; i++) if (set.contains(texts[i & 4_095]!)) inside++
    })
    expect(inside).toBeGreaterThan(0)
    return 200_000 / (took / 1_000)
  }
  expect(Math.max(...Array.from({ length: 10 }, perSecond))).toBeGreaterThan(1_000_000)
})
