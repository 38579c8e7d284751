import { verifies, violates } from '@ringfence/policy'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cidrSet, clientAddress, type ClientAddress, type ForwardedHeader } from '../src/index.ts'
import { cpuMs } from './cpu-ms.ts'
import { otherSpellings } from './spellings.ts'

const proxies = cidrSet(['10.0.0.0/8', '127.0.0.1', '2001:db8:ffff::/48'])

/** The client's address, or the reason why there is none. */
function answer(result: ClientAddress): string {
  return result.ok ? result.address.text : result.reason
}

function xff(peer: string | undefined, ...values: string[]): string {
  return answer(clientAddress(peer, { name: 'x-forwarded-for', values }, proxies))
}

function forwarded(...values: string[]): string {
  return answer(clientAddress('10.0.0.1', { name: 'forwarded', values }, proxies))
}

const address = fc.oneof(fc.ipV4(), fc.constantFrom('2001:db8::7', '9.9.9.9', '10.0.0.2', '10.9.9.9'))
type Find = (peer: string, value: string) => string

/** A client that is not a proxy writes whatever it likes; can it choose the answer? */
function spoofs(find: Find): boolean {
  const lie = '6.6.6.6'
  return find('192.0.2.9', lie) === lie || find('10.0.0.1', `${lie}, 192.0.2.9`) === lie
}

describe('whom to believe', () => {
  verifies('TR-09/proxies', 'a forwarded address is believed only from a trusted proxy', () => {
    expect(spoofs((peer, value) => xff(peer, value))).toBe(false)
    expect(xff('192.0.2.9', '6.6.6.6')).toBe('192.0.2.9')
    expect(xff('10.0.0.1', '192.0.2.9')).toBe('192.0.2.9')
  })

  violates('TR-09/proxies', 'the leftmost entry, or a count of hops, lets the client choose', () => {
    expect(spoofs((_, value) => value.split(', ')[0]!)).toBe(true)
    const hops = 1
    expect(spoofs((peer, value) => [...value.split(', '), peer].at(-1 - hops)!)).toBe(true)
  })

  test('an untrusted peer: the header is not even read', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (values) => {
        expect(xff('192.0.2.9', ...values)).toBe('192.0.2.9')
      }),
    )
  })

  test('a peer without an address is refused, whatever the header says', () => {
    for (const peer of [undefined, '', 'unknown', 'fe80::1%eth0', '10.0.0.1:443', '/run/app.sock']) {
      expect(xff(peer, '192.0.2.9')).toBe('peer_invalid')
    }
  })

  test('a dual-stack socket: the mapped peer is its IPv4 address', () => {
    expect(xff('::ffff:10.0.0.1', '192.0.2.9')).toBe('192.0.2.9')
    expect(xff('::ffff:192.0.2.1', '6.6.6.6')).toBe('192.0.2.1')
  })

  test('the header says so only if a proxy said so', () => {
    expect(clientAddress('10.0.0.1', undefined, proxies)).toMatchObject({ ok: true, forwarded: false })
    expect(clientAddress('10.0.0.1', { name: 'x-forwarded-for', values: ['9.9.9.9'] }, proxies)).toMatchObject({
      forwarded: true,
    })
    expect(clientAddress('10.0.0.1', { name: 'x-forwarded-for', values: [] }, cidrSet([]))).toMatchObject({
      forwarded: false,
    })
  })
})

describe('X-Forwarded-For', () => {
  test.each<[string, string[], string]>([
    ['one hop', ['192.0.2.9'], '192.0.2.9'],
    ['two proxies', ['192.0.2.9, 10.0.0.2'], '192.0.2.9'],
    ['hearsay on the left', ['6.6.6.6, 192.0.2.9, 10.0.0.2'], '192.0.2.9'],
    ['garbage on the left is hearsay too', ['<script>, unknown, 192.0.2.9'], '192.0.2.9'],
    ['several field lines are one list', ['6.6.6.6', '192.0.2.9,10.0.0.3', '10.0.0.2'], '192.0.2.9'],
    ['tabs and no spaces', ['6.6.6.6,\t192.0.2.9\t,10.0.0.2'], '192.0.2.9'],
    ['IPv6', ['2001:DB8::7, 2001:db8:ffff::1'], '2001:db8::7'],
    ['mapped', ['::ffff:192.0.2.9'], '192.0.2.9'],
    ['all trusted: the farthest', ['10.0.0.7, 10.0.0.2'], '10.0.0.7'],
    ['a trusted address the client invented', ['10.0.0.7, 192.0.2.9'], '192.0.2.9'],
    ['no value', [], '10.0.0.1'],
    ['an empty value', [''], 'forwarded_invalid'],
    ['an empty element', ['192.0.2.9, , 10.0.0.2'], 'forwarded_invalid'],
    ['a trailing comma', ['192.0.2.9,'], 'forwarded_invalid'],
    ['a port', ['192.0.2.9:4711'], 'forwarded_invalid'],
    ['brackets', ['[2001:db8::7]'], 'forwarded_invalid'],
    ['a name', ['client.example'], 'forwarded_invalid'],
    ['unknown', ['unknown'], 'forwarded_invalid'],
    ['garbage right of the client', ['192.0.2.9, x, 10.0.0.2'], 'forwarded_invalid'],
    ['no-break space', ['192.0.2.9\u00a0'], 'forwarded_invalid'],
  ])('%s', (_, values, expected) => {
    expect(xff('10.0.0.1', ...values)).toBe(expected)
  })

  test('no lenient spelling is read', () => {
    for (const text of otherSpellings(192, 0, 2, 9)) {
      if (text.trim() === '192.0.2.9' && !text.includes('\n')) continue // optional white space belongs to the list
      expect(xff('10.0.0.1', text), JSON.stringify(text)).toBe('forwarded_invalid')
    }
  })

  test('the answer is the rightmost entry that is not a proxy', () => {
    fc.assert(
      fc.property(fc.array(address, { minLength: 1, maxLength: 20 }), (entries) => {
        const client = entries.findLast((entry) => !proxies.contains(entry)) ?? entries[0]!
        expect(xff('10.0.0.1', entries.join(', '))).toBe(client)
      }),
    )
  })

  test('at most 32 entries and 4096 characters', () => {
    const chain = (hops: number): string => ['192.0.2.9', ...Array.from({ length: hops }, () => '10.0.0.2')].join(',')
    expect(xff('10.0.0.1', chain(31))).toBe('192.0.2.9')
    expect(xff('10.0.0.1', chain(32))).toBe('forwarded_too_long')
    expect(xff('10.0.0.1', `${' '.repeat(4_087)}192.0.2.9`)).toBe('192.0.2.9')
    expect(xff('10.0.0.1', ' '.repeat(4_000), '192.0.2.9'.padStart(97))).toBe('forwarded_too_long')
  })
})

describe('Forwarded', () => {
  // RFC 7239 section 4, the examples of the field, and section 6 for nodes.
  test.each<[string[], string]>([
    [['for=192.0.2.60;proto=http;by=203.0.113.43'], '192.0.2.60'],
    [['For="[2001:db8:cafe::17]:4711"'], '2001:db8:cafe::17'],
    [['for=192.0.2.43, for=198.51.100.17'], '198.51.100.17'],
    [['for=192.0.2.43,for="[2001:db8:cafe::17]",for=10.0.0.2'], '2001:db8:cafe::17'],
    [['for=192.0.2.43', 'for=10.0.0.2;proto="https"'], '192.0.2.43'],
    [['for="192.0.2.43:47011"'], '192.0.2.43'],
    [['for="192.0.2.43:_port"'], '192.0.2.43'],
    [['for="192.0.2.\\43"'], '192.0.2.43'],
    [['proto=https;host="a,b;c=\\"d\\"";for=192.0.2.43'], '192.0.2.43'],
    [['for=_hidden, for=192.0.2.43'], '192.0.2.43'],
    [['for="_gazonk"'], 'forwarded_invalid'],
    [['for=unknown'], 'forwarded_invalid'],
    [['by=10.0.0.2'], 'forwarded_invalid'],
    [['for=192.0.2.43:80'], 'forwarded_invalid'],
    [['for=[2001:db8::1]'], 'forwarded_invalid'],
    [['for="2001:db8::1"'], 'forwarded_invalid'],
    [['for="[192.0.2.43]"'], 'forwarded_invalid'],
    [['for=192.0.2.43;for=9.9.9.9'], 'forwarded_invalid'],
    [['for=192.0.2.43;FOR=9.9.9.9'], 'forwarded_invalid'],
    [['for = 192.0.2.43'], 'forwarded_invalid'],
    [['for="192.0.2.43'], 'forwarded_invalid'],
    [['for=192.0.2.43,'], 'forwarded_invalid'],
    [['for=192.0.2.43;'], 'forwarded_invalid'],
    [['192.0.2.43'], 'forwarded_invalid'],
    [['for='], 'forwarded_invalid'],
    [[''], 'forwarded_invalid'],
  ])('%j is %s', (values, expected) => {
    expect(forwarded(...values)).toBe(expected)
  })

  test('a quote the client leaves open cannot swallow what the proxy appends', () => {
    for (const client of ['for="', 'for=6.6.6.6;x="', 'for=6.6.6.6;x="\\', 'x="', '"']) {
      for (const proxy of [
        'for=192.0.2.9',
        'for="[2001:db8::9]"',
        'for=192.0.2.9;proto="https"',
        'proto=https;for="192.0.2.9:1"',
      ]) {
        expect(['forwarded_invalid', '192.0.2.9', '2001:db8::9']).toContain(forwarded(`${client}, ${proxy}`))
        expect(['forwarded_invalid', '192.0.2.9', '2001:db8::9']).toContain(forwarded(client, proxy))
      }
    }
  })
})

describe('CF-Connecting-IP', () => {
  const cloudflare = (peer: string, ...values: string[]): string =>
    answer(clientAddress(peer, { name: 'cf-connecting-ip', values }, proxies))

  test('exactly one address, from the tunnel only', () => {
    expect(cloudflare('127.0.0.1', '2001:db8::7')).toBe('2001:db8::7')
    expect(cloudflare('192.0.2.1', '6.6.6.6')).toBe('192.0.2.1')
    expect(cloudflare('127.0.0.1', '192.0.2.9', '192.0.2.9')).toBe('forwarded_invalid')
    expect(cloudflare('127.0.0.1', '192.0.2.9, 192.0.2.8')).toBe('forwarded_invalid')
    expect(cloudflare('127.0.0.1', ' 192.0.2.9')).toBe('forwarded_invalid')
    expect(cloudflare('127.0.0.1', '')).toBe('forwarded_invalid')
  })
})

test('never throws, whatever the client sends; hostile headers cost little', () => {
  const names: ForwardedHeader['name'][] = ['x-forwarded-for', 'forwarded', 'cf-connecting-ip']
  const values = fc.array(
    fc.oneof(
      fc.string(),
      address,
      fc.string({ unit: fc.constantFrom('for=', '"', '\\', ',', ';', '=', ' ', '1', '.', '[', ']', ':') }),
    ),
  )
  fc.assert(
    fc.property(fc.constantFrom(...names), values, (name, list) => {
      expect(() => clientAddress('10.0.0.1', { name, values: list }, proxies)).not.toThrow()
    }),
    { numRuns: 2_000 },
  )
  const hostile = [' ', ',', ';', '"', 'a', 'for="\\a', '\t,', 'for=1;', 'a="";'].map((text) =>
    text.repeat(4_096 / text.length),
  )
  const requests = names.flatMap((name) => hostile.map((value) => ({ name, values: [value] })))
  let answers: string[] = []
  const took = cpuMs(() => {
    answers = requests.map((header) => answer(clientAddress('10.0.0.1', header, proxies)))
  })
  expect(answers.filter((text) => !text.startsWith('forwarded_'))).toEqual([])
  expect(took).toBeLessThan(100)
})
