import { isIP } from 'node:net'
import { RingfenceError } from '@ringfence/errors'
import { verifies, violates } from '@ringfence/policy'
import * as fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, test } from 'vitest'
import { parseAddress } from '../src/index.ts'
import { cpuMs } from './cpu-ms.ts'
import { mappedSpellings, otherSpellings } from './spellings.ts'

const octets = fc.tuple(...Array.from({ length: 4 }, () => fc.nat(255))) as fc.Arbitrary<
  [number, number, number, number]
>

/** What a reader makes of each spelling that is not the canonical one: a guess is an address. */
function guesses(read: (text: string) => unknown, texts: readonly string[]): readonly string[] {
  return texts.filter((text) => {
    try {
      return read(text) !== undefined
    } catch {
      return false
    }
  })
}

describe('IPv4', () => {
  verifies('TR-09/canonical', 'one spelling is read, the others are refused', () => {
    fc.assert(
      fc.property(octets, (parts) => {
        const text = parts.join('.')
        expect(parseAddress(text).text).toBe(text)
        expect(
          guesses(
            parseAddress,
            otherSpellings(...parts).filter((other) => other !== text),
          ),
        ).toEqual([])
      }),
    )
  })

  violates('TR-09/canonical', 'a lenient parser guesses', () => {
    const lenient = guesses((text) => ipaddr.parse(text), otherSpellings(10, 1, 2, 3))
    expect(lenient).toContain('167838211')
    expect(lenient).toContain('012.01.02.03')
    expect(ipaddr.parse('010.1.2.3').toString()).toBe('8.1.2.3')
  })

  test('every mapped spelling is IPv4', () => {
    fc.assert(
      fc.property(octets, (parts) => {
        for (const text of mappedSpellings(...parts)) {
          expect(parseAddress(text)).toMatchObject({ family: 4, text: parts.join('.') })
        }
      }),
    )
  })

  test('carries its 32-bit value', () => {
    const address = parseAddress('255.1.2.3')
    expect(address.value).toBe(0xff01_0203n)
    expect(address.toBytes()).toEqual(Uint8Array.of(255, 1, 2, 3))
    expect(address.embedded).toBeUndefined()
  })
})

describe('IPv6', () => {
  // RFC 5952: section 4.1, 4.2.1, 4.2.2, 4.2.3 (longest run, first of two equal runs), 4.3; section 2 for the rest.
  test.each([
    ['2001:0db8::0001', '2001:db8::1'],
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:DB8:AAAA:BBBB:CCCC:DDDD:EEEE:AbCd', '2001:db8:aaaa:bbbb:cccc:dddd:eeee:abcd'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['1::', '1::'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['::13.1.68.3', '::d01:4403'],
    ['1:2:3:4:5:6:255.255.255.255', '1:2:3:4:5:6:ffff:ffff'],
  ])('%s is %s', (text, canonical) => {
    expect(parseAddress(text)).toMatchObject({ family: 6, text: canonical })
  })

  test.each([
    ':',
    ':::',
    '::1::',
    '1::2::3',
    ':1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7:8:',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::1:2:3:4:5:6:7:8',
    '12345::',
    '00001::',
    'g::',
    '::1 ',
    '::1%lo',
    'fe80::1%eth0',
    'fe80::1%25eth0',
    '[::1]',
    '::1/128',
    '1.2.3.4::',
    '::1.2.3',
    '::1.2.3.4.5',
    '::1.2.3.256',
    '::01.2.3.4',
    '::1.2.3.4:5',
    '::a1.2.3.4',
    '1:2:3:4:5:6:7:1.2.3.4',
    '::\uff11',
    '',
  ])('%j is refused', (text) => {
    expect(() => parseAddress(text)).toThrow(RingfenceError)
  })

  test('carries its 128-bit value', () => {
    const address = parseAddress('2001:db8::ff00:42:8329')
    expect(address.value).toBe(0x20010db8000000000000ff0000428329n)
    expect(Buffer.from(address.toBytes()).toString('hex')).toBe('20010db8000000000000ff0000428329')
  })

  test.each([
    ['64:ff9b::808:808', '8.8.8.8'],
    ['64:ff9b::', '0.0.0.0'],
    ['2002:a00:1::', '10.0.0.1'],
    ['2002:7f00:1:ffff::9', '127.0.0.1'],
    ['::7f00:1', '127.0.0.1'],
    ['::', undefined],
    ['::1', undefined],
    ['64:ff9b:1::808:808', undefined], // local-use prefix: where the IPv4 bits are is the operator's choice
    ['2001:db8::808:808', undefined],
  ])('%s carries %s', (text, embedded) => {
    expect(parseAddress(text).embedded?.text).toBe(embedded)
  })
})

describe('as other implementations', () => {
  // Text that is nearly an address, and text that is one.
  const nearly = fc.string({ unit: fc.constantFrom(...'0123456789abcdefFx.:%/ '.split('')), maxLength: 46 })
  const spelled = fc.oneof(
    nearly,
    fc.ipV4(),
    fc.ipV6(),
    fc.ipV4Extended(),
    octets.map((parts) => otherSpellings(...parts).join('')),
  )

  test('accepts what net.isIP accepts, except zone ids', () => {
    fc.assert(
      fc.property(spelled, (text) => {
        const accepted = isIP(text) !== 0 && !text.includes('%')
        expect(guesses(parseAddress, [text]).length === 1, text).toBe(accepted)
      }),
      { numRuns: 20_000 },
    )
  })

  test('reads the same bytes and prints the same canonical text as ipaddr.js', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const theirs = ipaddr.process(text)
        const ours = parseAddress(text)
        // ipaddr.js reads the deprecated `::a.b.c.d` as IPv4 in one spelling and as IPv6 in the other; here it is IPv6.
        fc.pre(!(ours.text.startsWith('::') && ours.embedded !== undefined && text.includes('.')))
        expect(Array.from(ours.toBytes())).toEqual(theirs.toByteArray())
        expect(ours.text).toBe(theirs.toString())
      }),
      { numRuns: 5_000 },
    )
  })

  test('prints IPv6 as the URL standard does', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const ours = parseAddress(text)
        if (ours.family === 6) expect(`[${ours.text}]`).toBe(new URL(`http://[${text}]/`).hostname)
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('the value', () => {
  test('canonical text is a fixed point', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const { text: canonical, value, family } = parseAddress(text)
        expect(parseAddress(canonical)).toMatchObject({ text: canonical, family })
        expect(parseAddress(canonical).value).toBe(value)
      }),
    )
  })

  test('is frozen, and prints as its canonical text', () => {
    const address = parseAddress('::FFFF:10.0.0.9')
    expect(Object.isFrozen(address)).toBe(true)
    expect(`${String(address)} ${JSON.stringify({ address })}`).toBe('10.0.0.9 {"address":"10.0.0.9"}')
    address.toBytes().fill(0)
    expect(address.toBytes()).toEqual(Uint8Array.of(10, 0, 0, 9))
  })
})

describe('errors', () => {
  test.each([
    ['010.0.0.9', /leading zeros/],
    ['10.1', /four octets/],
    ['10.1.2.256', /four octets/],
    ['0x0a.0.0.1', /hex/],
    ['10.0.0.1:80', /port/],
    ['[::1]', /brackets/],
    ['fe80::1%eth0', /zone/],
    [' 10.0.0.1', /white space/],
    ['10.0.0.0/8', /cidrSet/],
    ['', /empty/],
    ['localhost', /not an IPv4 or IPv6 address/],
    ['1'.repeat(5000), /too long/],
    [undefined as unknown as string, /expected a string/],
    [['10.0.0.1'] as unknown as string, /expected a string/],
  ])('%j: %s', (text, rule) => {
    expect(() => parseAddress(text)).toThrow(
      expect.objectContaining({ code: 'address_invalid', message: expect.stringMatching(rule) }),
    )
  })

  test('never repeat the text', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), (secret) => {
        try {
          parseAddress(`s3cret${secret}`)
        } catch (error) {
          expect(String(error)).not.toContain('s3cret')
        }
      }),
    )
  })
})

test('the cost does not grow with hostile text', () => {
  const million = 1_000_000
  const hostile = [
    ':'.repeat(million),
    '1'.repeat(million),
    '0:'.repeat(million / 2),
    '1.'.repeat(million / 2),
    ' '.repeat(million),
  ]
  expect(cpuMs(() => expect(guesses(parseAddress, hostile)).toEqual([]))).toBeLessThan(100)
})
