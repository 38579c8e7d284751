import * as fc from 'fast-check'
import type { GuardRequest } from '@ringfence/guard'
import { describe, expect, test } from 'vitest'
import { parseSignatureInput, signatureBase } from '../../src/rfc9421.ts'
import { PUBLIC_CODES } from '../../src/verify/hmac-reason.ts'
import { BODY, field, fixture, reasonFor, received, withField, type Sent } from '../support/fixture.ts'
import { signWith } from '../support/sign-with.ts'

/**
 * Starts from one request that is accepted and changes one thing. Accepted may only be what means the same to every
 * reader, that is what has the same signature base; here nothing does.
 */
const { guard, sign, clock, key } = fixture({ replay: { consume: () => 'fresh' } })
const HEADERS = sign({ sessionId: 'S'.repeat(43), headers: { 'x-api-version': '1' } })
const GOOD: Sent = { headers: HEADERS, body: BODY }

test('the request itself is accepted', async () => {
  expect(await reasonFor(guard, GOOD)).toBe('accepted')
})

describe('every byte of every covered line', () => {
  const base = baseOf(received(GOOD))
  const lines = base.split('\n')

  test('the base holds eight components', () => {
    expect(lines).toHaveLength(9)
  })

  test.each(lines.map((line) => [line.slice(0, line.indexOf(':')), line] as const))('%s', async (name) => {
    let tried = 0
    for (const sent of flipped(name)) {
      expectRefused(await reasonFor(guard, sent))
      tried++
    }
    expect(tried).toBeGreaterThan(3)
  })

  /** The request with each byte behind this line changed in turn, by every single bit that leaves it printable. */
  function* flipped(name: string): Generator<Sent> {
    if (name === '"@method"') for (const method of flips('POST')) yield { ...GOOD, method }
    else if (name === '"@path"') for (const path of flips('/v1/orders')) yield { ...GOOD, target: `${path}?dry=1` }
    else if (name === '"@query"') for (const query of flips('?dry=1')) yield { ...GOOD, target: `/v1/orders${query}` }
    else {
      const header =
        name === '"@authority"' ? 'host' : name === '"@signature-params"' ? 'signature-input' : name.slice(1, -1)
      for (const value of flips(field(HEADERS, header))) yield { ...GOOD, headers: withField(HEADERS, header, value) }
    }
  }
})

test('every byte of the signature and of the body', async () => {
  for (const value of flips(field(HEADERS, 'signature'))) {
    expectRefused(await reasonFor(guard, { ...GOOD, headers: withField(HEADERS, 'signature', value) }))
  }
  for (const body of flips(BODY)) expect(await reasonFor(guard, { ...GOOD, body })).toBe('digest_mismatch')
})

describe('every parameter', () => {
  const input = field(HEADERS, 'signature-input')
  const parameters = ['created', 'nonce', 'keyid', 'alg', 'tag'].map((name) => {
    return new RegExp(`;${name}=("[^"]*"|\\d+)`).exec(input)!
  })

  test.each(parameters.map((found) => [found[0].split('=')[0]!.slice(1), found] as const))(
    '%s',
    async (name, [text, value]) => {
      const retyped = ['?1', '?0', '1.0', '-1', 'token', ':AAAA:', '@1', '""', '%"x"', '()', '1e3', '0x1', ' ', '']
      const values = [
        ...retyped,
        `"${value}`,
        `${value}0`,
        value!.replaceAll('"', ''),
        `"${value!.replaceAll('"', '')}"`,
      ]
      const changed = [
        input.replace(text, ''),
        input.replace(text, `${text}${text}`),
        input.replace(text, '') + text,
        input.replace(text, `;${name}`),
        input.replace(text, text.toUpperCase()),
        input.replace(text, `;${name}2=${value}`),
        ...values.filter((other) => other !== value).map((other) => input.replace(text, `;${name}=${other}`)),
      ].filter((other) => other !== input)
      for (const other of changed) {
        expectRefused(await reasonFor(guard, { ...GOOD, headers: withField(HEADERS, 'signature-input', other) }))
      }
    },
  )

  test('one that nobody knows', async () => {
    for (const more of [';x', ';x=1', ';expires=1', ';expires="9999999999"', ';expires=9999999999', ';sf', ';req']) {
      expectRefused(await reasonFor(guard, { ...GOOD, headers: withField(HEADERS, 'signature-input', input + more) }))
    }
  })
})

describe('every component', () => {
  const input = field(HEADERS, 'signature-input')
  const names = /\(([^)]*)\)/.exec(input)![1]!.split(' ')

  test.each(names)('%s', async (name) => {
    const list = (replacement: string): string => input.replace(/\([^)]*\)/, replacement)
    const others = names.filter((other) => other !== name)
    const parameters = [';req', ';sf', ';bs', ';tr', ';key="a"', ';name="a"', ';x', ';sf=?0', ';bs=1']
    const changed = [
      list(`(${others.join(' ')})`),
      list(`(${[...names, name].join(' ')})`),
      list(`(${[...others, name].join(' ')})`),
      list(`(${[...others, name.toUpperCase()].join(' ')})`),
      list(`(${[...others, name.replaceAll('"', '')].join(' ')})`),
      list(`(${[...others, name.replaceAll('"', ':')].join(' ')})`),
      ...parameters.flatMap((parameter) => [
        list(`(${names.map((one) => (one === name ? one + parameter : one)).join(' ')})`),
        list(`(${[...names, name + parameter].join(' ')})`),
      ]),
    ].filter((other) => other !== input)
    for (const other of changed) {
      expectRefused(await reasonFor(guard, { ...GOOD, headers: withField(HEADERS, 'signature-input', other) }))
    }
  })
})

describe('a right MAC over too little', () => {
  const created = Math.floor(clock.now() / 1000)
  const full = [
    '@method',
    '@authority',
    '@path',
    '@query',
    'content-type',
    'content-digest',
    'x-session-id',
    'x-api-version',
  ]
  const ask = async (
    components: Parameters<typeof signWith>[2],
    parameters: Parameters<typeof signWith>[3] = {},
  ): Promise<string> => {
    const fields = signWith(key, received(GOOD), components, { created, ...parameters })
    const headers = withField(HEADERS, 'signature-input', fields['signature-input'])
    return reasonFor(guard, { ...GOOD, headers: withField(headers, 'signature', fields.signature) })
  }

  test('all is enough, in any order and with more', async () => {
    expect(await ask(full)).toBe('accepted')
    expect(await ask(full.toReversed())).toBe('accepted')
    expect(await ask([...full, '@target-uri', ['content-digest', { key: 'sha-256' }]])).toBe('accepted')
    expect(await ask(full, { expires: created + 60 })).toBe('accepted')
  })

  test('nothing', async () => {
    expect(await ask([])).toBe('component_missing')
  })

  test.each(full.filter((name) => !name.startsWith('content-type')))('all but %s', async (name) => {
    expect(await ask(full.filter((other) => other !== name))).toBe('component_missing')
  })

  test('all but content-type, which only a body needs', async () => {
    expect(await ask(full.filter((name) => name !== 'content-type'))).toBe('body_uncovered')
  })

  test.each([
    ['content-type', { bs: true }, 'body_uncovered'],
    ['content-digest', { sf: true }, 'component_missing'],
    ['x-session-id', { bs: true }, 'component_missing'],
  ] as const)('%s%j instead of the field itself', async (name, parameters, reason) => {
    expect(await ask(full.map((other) => (other === name ? ([name, parameters] as const) : other)))).toBe(reason)
  })

  test.each([
    [{ created: undefined }, 'parameter_missing'],
    [{ nonce: undefined }, 'parameter_missing'],
    [{ keyid: undefined }, 'parameter_missing'],
    [{ tag: undefined }, 'tag_unknown'],
    [{ created: String(created) }, 'field_malformed'],
    [{ created: true }, 'field_malformed'],
    [{ nonce: 7 }, 'field_malformed'],
    [{ nonce: 'n'.repeat(21) }, 'nonce_malformed'],
    [{ nonce: 'n'.repeat(65) }, 'nonce_malformed'],
    [{ nonce: `${'n'.repeat(22)}=` }, 'nonce_malformed'],
    [{ alg: 'hmac-sha512' }, 'algorithm_wrong'],
    [{ alg: 'HMAC-SHA256' }, 'algorithm_wrong'],
    [{ alg: 'ed25519' }, 'algorithm_wrong'],
    [{ expires: created - 1 }, 'signature_expired'],
    [{ created: -1 }, 'created_too_old'],
    [{ created: 999_999_999_999_999 }, 'created_in_future'],
    [{ other: 1 }, 'parameter_unknown'],
  ] as const)('%j: %s', async (parameters, reason) => {
    expect(await ask(full, parameters)).toBe(reason)
  })
})

test('10,000 random edits of the signature fields: none is accepted unless it says the same', async () => {
  const edit = fc.record({
    name: fc.constantFrom('signature-input', 'signature', 'content-digest', 'host', 'x-session-id'),
    at: fc.nat(400),
    remove: fc.nat(3),
    insert: fc.oneof(
      fc.constantFrom(';', '"', '=', ' ', ',', '(', ')', '\\', ':', '?1', '\t', ';a', 'sig=', ''),
      fc.string({ maxLength: 3 }),
    ),
  })
  const intended = baseOf(received(GOOD))
  await fc.assert(
    fc.asyncProperty(edit, async ({ name, at, remove, insert }) => {
      const value = field(HEADERS, name)
      const start = at % (value.length + 1)
      const changed = value.slice(0, start) + insert + value.slice(start + remove)
      const sent = { ...GOOD, headers: withField(HEADERS, name, changed) }
      const reason = await reasonFor(guard, sent)
      // White space that structured fields allow, and the case of the host, say the same in other bytes.
      if (reason === 'accepted') expect(baseOf(received(sent))).toBe(intended)
      else expect(Object.keys(PUBLIC_CODES)).toContain(reason)
    }),
    { numRuns: 10_000 },
  )
})

function expectRefused(reason: string): void {
  expect(Object.keys(PUBLIC_CODES)).toContain(reason)
}

function* flips(text: string): Generator<string> {
  for (let i = 0; i < text.length; i++) {
    for (let bit = 0; bit < 7; bit++) {
      const code = text.charCodeAt(i) ^ (1 << bit)
      if (code < 0x20 || code > 0x7e) continue
      const changed = text.slice(0, i) + String.fromCharCode(code) + text.slice(i + 1)
      yield changed
    }
  }
}

function baseOf(request: GuardRequest): string {
  const input = parseSignatureInput(request.header('signature-input')).get('sig')!
  return signatureBase(request, input, 'http')
}
