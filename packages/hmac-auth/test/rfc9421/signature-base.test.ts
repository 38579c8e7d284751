import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  parseSignature,
  parseSignatureInput,
  signatureBase,
  signatureInput,
  type SignableRequest,
} from '../../src/rfc9421.ts'
import { vectors } from '../support/vectors.ts'

interface AppendixB {
  readonly keys: { readonly 'test-shared-secret': { readonly value: string } }
  readonly request: { readonly method: string; readonly target: string; readonly headers: readonly [string, string][] }
  readonly cases: readonly {
    readonly id: string
    readonly label: string
    readonly signatureInput: string
    readonly signatureBase: string
    readonly signature: string
    readonly signatureBase64: string
    readonly baseSha256: string
  }[]
  readonly computedHere: readonly { readonly id: string; readonly base64: string }[]
}

const B = vectors('rfc9421-appendix-b.json') as AppendixB
const KEY = Buffer.from(B.keys['test-shared-secret'].value, 'base64')

describe('RFC 9421 appendix B.2', () => {
  test.each(B.cases.filter(({ id }) => id !== 'B.2.4').map((one) => [one.id, one] as const))(
    '%s: base byte for byte',
    (_, one) => {
      const input = parseSignatureInput([one.signatureInput]).get(one.label)!
      const base = signatureBase(request(B.request), input)
      expect(base).toBe(one.signatureBase)
      expect(createHash('sha256').update(base).digest('hex')).toBe(one.baseSha256)
      expect(`${one.label}=${input.text}`).toBe(one.signatureInput)
      const mac = createHmac('sha256', KEY).update(base).digest('base64')
      expect(mac).toBe(B.computedHere.find(({ id }) => id === one.id)?.base64 ?? one.signatureBase64)
      expect(Buffer.from(parseSignature([one.signature]).get(one.label)!).toString('base64')).toBe(one.signatureBase64)
    },
  )

  test('B.2.4 covers @status, which no request has', () => {
    const one = B.cases.find(({ id }) => id === 'B.2.4')!
    const input = parseSignatureInput([one.signatureInput]).get(one.label)!
    expect(() => signatureBase(request(B.request), input)).toThrow(INVALID)
  })
})

describe('RFC 9421 section 2.1 and 2.2', () => {
  const sample = request({
    method: 'GET',
    target: '/path?param=value',
    headers: [
      ['Host', 'WWW.Example.com:443'],
      ['X-OWS-Header', '  Leading and trailing whitespace.\t '],
      ['X-Obs-Fold-Header', 'Obsolete\r\n    line folding.'],
      ['Cache-Control', 'max-age=60'],
      ['Cache-Control', '   must-revalidate'],
      ['Example-Dict', ' a=1,    b=2;x=1;y=2,   c=(a   b   c), d'],
      ['X-Empty-Header', ''],
      ['Priority', 'u=1,    i'],
      ['Example-Header', 'value, with, lots'],
      ['Example-Header', 'of, commas'],
    ],
  })

  test.each([
    [['@method'], 'GET'],
    [['@target-uri'], 'https://www.example.com/path?param=value'],
    [['@authority'], 'www.example.com'],
    [['@scheme'], 'https'],
    [['@request-target'], '/path?param=value'],
    [['@path'], '/path'],
    [['@query'], '?param=value'],
    [['x-ows-header'], 'Leading and trailing whitespace.'],
    [['x-obs-fold-header'], 'Obsolete line folding.'],
    [['x-obs-fold-header', { bs: true }], ':T2Jzb2xldGUgbGluZSBmb2xkaW5nLg==:'],
    [['cache-control'], 'max-age=60, must-revalidate'],
    [['example-dict'], 'a=1,    b=2;x=1;y=2,   c=(a   b   c), d'],
    [['x-empty-header'], ''],
    [['priority', { sf: true }], 'u=1, i'],
    [['example-dict', { key: 'a' }], '1'],
    [['example-dict', { key: 'd' }], '?1'],
    [['example-dict', { key: 'b' }], '2;x=1;y=2'],
    [['example-dict', { key: 'c' }], '(a b c)'],
    [['example-header', { bs: true }], ':dmFsdWUsIHdpdGgsIGxvdHM=:, :b2YsIGNvbW1hcw==:'],
  ] as const)('%j', (component, value) => {
    const base = signatureBase(sample, signatureInput([component.length === 1 ? component[0] : component], {}))
    expect(base.slice(0, base.indexOf('\n"@signature-params"')).split(': ').slice(1).join(': ')).toBe(value)
  })

  test('a target without a query has the query ?', () => {
    expect(signatureBase(request({ ...B.request, target: '/path' }), signatureInput(['@query'], {}))).toMatch(
      /^"@query": \?\n/,
    )
  })

  test.each([
    ['an absent field', ['x-absent']],
    ['a derived component that is unknown', ['@unknown']],
    ['a response component', ['@status']],
    ['req, which is for responses', [['@method', { req: true }]]],
    ['a parameter that is unknown', [['example-dict', { zz: true }]]],
    ['a trailer', [['example-dict', { tr: true }]]],
    ['bs with sf', [['priority', { bs: true, sf: true }]]],
    ['sf of a field of unknown type', [['example-dict', { sf: true }]]],
    ['sf with a value', [['priority', { sf: 'x' }]]],
    ['a dictionary key that is absent', [['example-dict', { key: 'zz' }]]],
    ['key without a name', [['example-dict', { key: true }]]],
    ['key of what is no dictionary', [['x-ows-header', { key: 'a' }]]],
    ['name on what is not @query-param', [['@query', { name: 'param' }]]],
    ['@query-param without a name', ['@query-param']],
  ] as const)('refuses %s', (_, components) => {
    expect(() => signatureBase(sample, signatureInput(components as never, {}))).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(?:signature_base_invalid|field_malformed)$/) }),
    )
  })

  test.each([
    [
      '@authority',
      [
        ['Host', 'a'],
        ['Host', 'b'],
      ],
    ],
    ['@authority', []],
    ['@authority', [['Host', 'user@example.com']]],
    ['@authority', [['Host', 'a b']]],
    ['x', [['x', 'line\n"@method": DELETE']]],
    ['x', [['x', 'caf\u00e9']]],
    ['x', [['x', 'nul\0']]],
    ['x', [['x', 'folded\r\n and\r\nbroken']]],
    ['x', [['x', 'folded\r\n nowhere\r\n']]],
    ['@authority', [['Host', 'ban\u212a.example']]], // in lowercase, bank.example
    [['x', { bs: true }], [['x', '\u0141']]], // its low byte is an A
    [['x', { bs: true }], [['x', 'line\nbreak']]],
  ] as const)('refuses a value of %j that is ambiguous or leaves its line', (name, headers) => {
    const bad = request({ method: 'GET', target: '/', headers })
    expect(() => signatureBase(bad, signatureInput([name], {}))).toThrow(INVALID)
  })

  const TARGETS = [
    'http://evil.example/?a=1',
    '*',
    'example.com:443',
    '//\n',
    '/a b?a=1',
    '/?a=1 ',
    '/?a=1#b',
    '/#?a=1',
    '',
  ]
  test.each(TARGETS)('refuses the target %j, whatever part of it is asked for', (target) => {
    for (const part of [
      '@path',
      '@query',
      '@request-target',
      '@target-uri',
      ['@query-param', { name: 'a' }],
    ] as const) {
      expect(() => signatureBase(request({ ...B.request, target }), signatureInput([part], {}))).toThrow(INVALID)
    }
  })

  test('a field named like a derived component cannot be one', () => {
    const shadow = request({
      method: 'GET',
      target: '/',
      headers: [
        ['@method', 'DELETE'],
        ['Host', 'a'],
      ],
    })
    expect(signatureBase(shadow, signatureInput(['@method'], {}))).toMatch(/^"@method": GET\n/)
  })

  test('a component twice is refused; with another parameter it is another component', () => {
    expect(() => signatureInput(['date', 'date'], {})).toThrow(INVALID)
    expect(() =>
      signatureInput(
        [
          ['priority', { sf: true }],
          ['priority', { sf: true }],
        ],
        {},
      ),
    ).toThrow(INVALID)
    expect(signatureInput([['priority', { sf: true }], 'priority'], {}).text).toBe('("priority";sf "priority")')
  })

  test('the order of its parameters does not make it another component', () => {
    const swapped = [
      ['priority', { sf: true, key: 'u' }],
      ['priority', { key: 'u', sf: true }],
    ] as const
    expect(() => signatureInput(swapped, {})).toThrow(INVALID)
    expect(() => parseSignatureInput(['sig=("a";bar;baz "a";baz;bar)'])).toThrow(
      expect.objectContaining({ code: 'field_malformed' }),
    )
    const others = 'sig=("a";bar;baz "a";bar;baz=?0 "a";bar "a";baz;quux)'
    expect(parseSignatureInput([others]).get('sig')!.components).toHaveLength(4)
  })
})

describe('RFC 9421 section 2.2.8', () => {
  interface QueryParam {
    readonly cases: readonly {
      readonly target: string
      readonly components?: Record<string, string>
      readonly ask?: string
    }[]
  }
  const value = (target: string, name: string): string => {
    const base = signatureBase(request({ ...B.request, target }), signatureInput([['@query-param', { name }]], {}))
    return base.slice(base.indexOf(': ') + 2, base.indexOf('\n'))
  }

  test.each((vectors('rfc9421-query-param.json') as QueryParam).cases)('$target', ({ target, components, ask }) => {
    for (const [name, expected] of Object.entries(components ?? {})) expect(value(target, name)).toBe(expected)
    if (components === undefined) expect(() => value(target, ask ?? 'a')).toThrow(INVALID)
  })

  test('a second question mark belongs to the name', () => {
    expect(() => value('/path??a=1', 'a')).toThrow(INVALID)
    expect(value('/path??a=1&a=2', 'a')).toBe('2')
    expect(value('/path??a=1&a=2', '%3Fa')).toBe('1')
  })
})

const INVALID = expect.objectContaining({ code: 'signature_base_invalid' })

function request(parts: {
  method: string
  target: string
  headers: readonly (readonly [string, string])[]
}): SignableRequest {
  return {
    ...parts,
    header: (name) => parts.headers.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value),
  }
}
