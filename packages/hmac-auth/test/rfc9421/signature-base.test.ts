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
  ] as const)('refuses a value of %s that is ambiguous or leaves its line', (name, headers) => {
    const bad = request({ method: 'GET', target: '/', headers })
    expect(() => signatureBase(bad, signatureInput([name], {}))).toThrow(INVALID)
  })

  test.each(['http://evil.example/', '*', 'example.com:443', '//\n', '/a b', ''])('refuses the target %j', (target) => {
    expect(() => signatureBase(request({ ...B.request, target }), signatureInput(['@path'], {}))).toThrow(INVALID)
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
