import { runInNewContext } from 'node:vm'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRedactor } from '../src/index.ts'

const { stringify } = createRedactor()
const read = (value: unknown): unknown => JSON.parse(stringify(value))

describe('stringify', () => {
  test('writes plain data as JSON.stringify does, and does not change it', () => {
    const plain = fc.jsonValue({ maxDepth: 5 }).map((value) => JSON.stringify(value))
    const harmless = plain.filter(
      (text) => !/ip|add|pass|pwd|pin|otp|tok|sec|cook|auth|sid|cv|jwt|key|sign|cred|forw|bear/i.test(text),
    )
    fc.assert(
      fc.property(harmless, (text) => {
        const value: unknown = JSON.parse(text)
        expect(stringify(value)).toBe(text)
        expect(JSON.stringify(value)).toBe(text)
      }),
    )
  })

  test('writes JSON for anything at all', () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withTypedArray: true,
          withSparseArray: true,
          withNullPrototype: true,
          withObjectString: true,
          withBoxedValues: true,
        }),
        (value) => {
          expect(() => read(value)).not.toThrow()
          expect(() => read({ value, list: [value] })).not.toThrow()
        },
      ),
      { numRuns: 500 },
    )
  })

  test('finds names at any depth, in arrays, maps and headers', () => {
    const deep = { a: [{ b: { c: { d: [{ Password: 'x', fine: 1 }] } } }] }
    expect(read(deep)).toEqual({ a: [{ b: { c: { d: [{ Password: '[redacted]', fine: 1 }] } } }] })
    const map = new Map<unknown, unknown>([
      ['apiKey', 'x'],
      ['fine', { token: 'x' }],
      [5, 6],
      [{}, 7],
    ])
    expect(read(map)).toEqual({ apiKey: '[redacted]', fine: { token: '[redacted]' }, 5: 6, '[object]': 7 })
    expect(read(new Set([{ secret: 'x' }]))).toEqual([{ secret: '[redacted]' }])
    expect(read(new Headers({ Authorization: 'x', accept: 'y' }))).toEqual({ accept: 'y', authorization: '[redacted]' })
    expect(read(new URLSearchParams('client_secret=x&a=1'))).toEqual({ client_secret: '[redacted]', a: '1' })
  })

  test('whatever a secret name holds goes; numbers under plurals and flags stay', () => {
    const value = {
      password: { a: 1 },
      token: ['x'],
      secret: 12345,
      pin: 1n,
      tokens: 5,
      cookie: true,
      credentials: null,
      passwords: ['x'],
    }
    const gone = '[redacted]'
    expect(read(value)).toEqual({
      password: gone,
      token: gone,
      secret: gone,
      pin: gone,
      tokens: 5,
      cookie: true,
      credentials: null,
      passwords: gone,
    })
  })

  test('bytes are counted and not printed', () => {
    const bytes = Buffer.from('secret bytes')
    const value = { bytes, typed: new Uint16Array(2), view: new DataView(new ArrayBuffer(3)), raw: new ArrayBuffer(4) }
    expect(read(value)).toEqual({ bytes: '[12 bytes]', typed: '[4 bytes]', view: '[3 bytes]', raw: '[4 bytes]' })
  })

  test('an error has its type, message, stack, code, cause and members under any name', () => {
    const cause = Object.assign(new TypeError('inner'), { code: 'E_INNER', password: 'x' })
    const error = new AggregateError([new Error('member', { cause })], 'outer')
    const written = read({ failure: error }) as { failure: Record<string, unknown> }
    expect(written.failure).toMatchObject({
      type: 'AggregateError',
      message: 'outer',
      errors: [
        { message: 'member', cause: { type: 'TypeError', message: 'inner', code: 'E_INNER', password: '[redacted]' } },
      ],
    })
    expect(written.failure['stack']).toContain('AggregateError: outer')
  })

  test('an error of another realm is an error too', () => {
    expect(read(runInNewContext('new RangeError("elsewhere")'))).toMatchObject({
      type: 'RangeError',
      message: 'elsewhere',
    })
  })

  test('dates, URLs, expressions, boxed values and promises have a short form', () => {
    const value = {
      date: new Date(0),
      never: new Date(NaN),
      url: new URL('https://a.example/b'),
      re: /a/g,
      s: Object('x'),
      n: Object(1),
      p: Promise.resolve(1),
    }
    expect(read(value)).toEqual({
      date: '1970-01-01T00:00:00.000Z',
      never: null,
      url: 'https://a.example/b',
      re: '/a/g',
      s: 'x',
      n: 1,
      p: '[Promise]',
    })
  })

  test('every getter and toJSON is asked once', () => {
    let reads = 0
    const twoFaced = {
      get value() {
        reads++
        return reads === 1 ? 'harmless' : { password: 'x' }
      },
      nested: {
        toJSON() {
          reads += 100
          return { toJSON: () => 'never asked', token: 'x' }
        },
      },
    }
    expect(read(twoFaced)).toEqual({ value: 'harmless', nested: { token: '[redacted]' } })
    expect(reads).toBe(101)
  })

  test('what cannot be read is named by its type, and its neighbours are printed', () => {
    const broken = {
      get getter(): never {
        throw new Error('secret text')
      },
      json: {
        toJSON(): never {
          throw new Error('secret text')
        },
      },
      proxy: new Proxy({}, { ownKeys: () => { throw new Error('secret text') } }), // biome-ignore format: short
      revoked: revoked(),
      fine: 1,
    }
    const written = stringify(broken)
    expect(JSON.parse(written)).toEqual({
      getter: '[unredactable:getter]',
      json: '[unredactable:Object]',
      proxy: '[unredactable:Object]',
      revoked: '[unredactable:Object]',
      fine: 1,
    })
    expect(written).not.toContain('secret text')
  })

  test('a cycle ends, a shared object is printed each time', () => {
    const shared = { token: 'x', a: 1 }
    const cycle: Record<string, unknown> = { one: shared, two: shared }
    cycle['self'] = cycle
    cycle['map'] = new Map([['back', cycle]])
    const clean = { token: '[redacted]', a: 1 }
    expect(read(cycle)).toEqual({ one: clean, two: clean, self: '[circular]', map: { back: '[circular]' } })
  })

  test('depth, breadth and length are bounded, and the tail is dropped', () => {
    let deep: unknown = 'bottom'
    for (let i = 0; i < 50_000; i++) deep = { deep }
    expect(stringify(deep)).toContain('[dropped]')
    expect(stringify(deep)).not.toContain('bottom')
    expect(stringify(Array.from({ length: 1_000_000 }, (_, i) => i)).length).toBeLessThan(10_000)
    expect(stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${i}`, i])))).toContain(
      '"[dropped]":true',
    )
    expect(stringify('x'.repeat(10_000_000)).length).toBeLessThan(20_000)
  })

  test('a secret that the cut goes through leaves no part of itself', () => {
    const secret = 'S3cret-value-that-is-long-enough'
    const redactor = createRedactor({ secrets: [secret] })
    for (let offset = 16_384 - 60; offset <= 16_384 + 2; offset++) {
      const text = `${secret} ${'x'.repeat(offset - secret.length - 1)}${secret}${'y'.repeat(100)}`
      expect(redactor.line(redactor.stringify(text)), String(offset)).not.toContain('S3cret')
    }
  })

  test('a name such as __proto__ stays a name', () => {
    const value: unknown = JSON.parse('{"__proto__":{"token":"x"},"constructor":1}')
    expect(stringify(value)).toBe('{"__proto__":{"token":"[redacted]"},"constructor":1}')
  })
})

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
