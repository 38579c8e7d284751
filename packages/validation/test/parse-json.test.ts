import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseJson, type JsonFault } from '../src/parse-json.ts'
import { disagreement, randomDocument, randomFrom } from './support/documents.ts'
import { bytes } from './support/request.ts'

function fault(text: string | Uint8Array, limits?: Parameters<typeof parseJson>[1]): JsonFault | 'accepted' {
  const verdict = parseJson(typeof text === 'string' ? bytes(text) : text, limits)
  return verdict.ok ? 'accepted' : verdict.fault
}

describe('one document, one meaning', () => {
  test.each<[text: string, expected: JsonFault]>([
    ['{"side":"buy","side":"sell"}', 'key_duplicate'],
    ['{"side":"buy","side":"buy"}', 'key_duplicate'],
    ['{"a":{"b":1,"b":1}}', 'key_duplicate'],
    ['[{"a":1,"a":2}]', 'key_duplicate'],
    ['{"0":1,"0":2}', 'key_duplicate'],
    ['{"s\\u0069de":"buy"}', 'key_escaped'],
    ['{"side":"buy","s\\u0069de":"sell"}', 'key_escaped'],
    ['{"a\\\\":1}', 'key_escaped'],
    ['{"a\\"" : 1}', 'key_escaped'],
    ['{"__proto__":{"admin":true}}', 'key_forbidden'],
    ['{"a":[{"__proto__":1}]}', 'key_forbidden'],
    ['9007199254740993', 'number_inexact'],
    ['-9007199254740993', 'number_inexact'],
    ['1e309', 'number_inexact'],
    ['1e-400', 'number_inexact'],
    ['0.1000000000000000055511151231257827', 'number_inexact'],
    ['["\\ud800"]', 'string_malformed'],
    ['["\\udc00\\ud800"]', 'string_malformed'],
    ['', 'not_json'],
    ['{"a":1,}', 'not_json'],
    ["{'a':1}", 'not_json'],
    ["{'id':'12345678901234567890'}", 'not_json'],
    ["{'id':'9e5f60-1e999'}", 'not_json'],
    ['{id:12345678901234567890}', 'not_json'],
    ['[12345678901234567890', 'not_json'],
    ['12345678901234567890,', 'not_json'],
    ['12-34567890123456789', 'not_json'],
    ['{"a":1}{"a":1}', 'not_json'],
    ['NaN', 'not_json'],
    ['"', 'not_json'],
    ['"\\', 'not_json'],
  ])('%s is refused: %s', (text, expected) => {
    expect(fault(text)).toBe(expected)
  })

  test.each([
    '{"constructor":1,"toString":2,"":3}',
    '{"a":"b:c\\"{","d":["\\\\",":"]}',
    '{"a":{"b":1},"c":{"b":1}}',
    '[0.1,-0,12.50,1e5,1e21,9007199254740992,0.30000000000000004,5e-324,1.00000000000000000000]',
    '"\\ud83d\\ude00 😀 \\u0000"',
  ])('%s means what JSON.parse says', (text) => {
    expect(parseJson(bytes(text))).toEqual({ ok: true, value: JSON.parse(text) })
  })

  test('a key that V8 would decode from its memory never reaches JSON.parse (nodejs/node#63785)', () => {
    JSON.parse('{"x":1,"s\\\\u0":1}')
    expect(fault('{"x":1,"s\\u0069de":"sell"}')).toBe('key_escaped')
  })
})

describe('bytes', () => {
  test('another view of them is none: the scan would count other numbers than the decoder reads', () => {
    const document = bytes('{"a":1,"a":2,"b":[]}')
    for (const view of [new Uint16Array(document.buffer, 0, 10), new DataView(document.buffer), null, [49]]) {
      expect(fault(view as unknown as Uint8Array, {})).toBe('not_utf8')
    }
  })

  test.each<[name: string, input: number[]]>([
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x31]],
    ['an overlong encoding', [0x22, 0xc0, 0xaf, 0x22]],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a cut sequence', [0x22, 0xe2, 0x82, 0x22]],
    ['UTF-16', [0x31, 0x00, 0xff, 0xfe]],
  ])('%s is not UTF-8', (_, input) => {
    expect(fault(Uint8Array.from(input))).toBe('not_utf8')
  })
})

describe('limits are inclusive', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
  test.each<[what: string, within: string, beyond: string, expected: JsonFault, limits: object]>([
    ['bytes', '"12345678"', '"123456789"', 'too_large', { bytes: 10 }],
    ['bytes, not characters', '"éééé"', '"ééééé"', 'too_large', { bytes: 10 }],
    ['depth', nested(3), nested(4), 'too_deep', { depth: 3 }],
    ['depth of objects', '{"a":{"a":1}}', '{"a":{"a":{}}}', 'too_deep', { depth: 2 }],
    ['elements', '[1,2]', '[1,2,3]', 'too_many_elements', { elements: 3 }],
    ['string length', '"abc"', '"abcd"', 'string_too_long', { stringLength: 3 }],
    ['decoded length', '"\\u0041bc"', '"\\u0041bcd"', 'string_too_long', { stringLength: 3 }],
    ['key length', '{"abc":1}', '{"abcd":1}', 'string_too_long', { stringLength: 3 }],
    ['default depth', nested(16), nested(17), 'too_deep', {}],
    ['default bytes', `"${'x'.repeat(4_096)}"`, `[${'1,'.repeat(5_120)}1]`, 'too_large', {}],
  ])('%s', (_, within, beyond, expected, limits) => {
    expect(fault(within, limits)).toBe('accepted')
    expect(fault(beyond, limits)).toBe(expected)
  })

  test('ten thousand brackets answer, and do not overflow the stack', () => {
    expect(fault(nested(5_000))).toBe('too_deep')
    expect(fault('['.repeat(10_000))).toBe('too_deep')
    expect(fault('{"a":'.repeat(2_000))).toBe('too_deep')
    expect(fault('[]'.repeat(5_000))).toBe('not_json')
    expect(fault(']'.repeat(10_000))).toBe('not_json')
    expect(fault(`["${'['.repeat(100)}","${'\\\\\\"['.repeat(100)}"]`)).toBe('accepted')
  })

  test.each([{ depth: 257 }, { bytes: 0 }, { elements: 1.5 }, { stringLength: Number.NaN }, { depth: -1 }])(
    '%o is no limit',
    (limits) => {
      expect(() => parseJson(bytes('1'), limits)).toThrow(/must be an integer from 1/)
    },
  )
})

describe('JSONTestSuite', () => {
  const suite = JSON.parse(readFileSync(new URL('../src/vectors/jsontestsuite.json', import.meta.url), 'utf8')) as {
    readonly cases: readonly { readonly name: string; readonly b64: string }[]
  }
  const wide = { bytes: 1_000_000, elements: 1_000_000, depth: 256, stringLength: 1_000_000 }
  const verdicts = suite.cases
    .filter(({ name }) => name.startsWith('test_parsing/'))
    .map(({ name, b64 }) => [name.replace('test_parsing/', ''), fault(Buffer.from(b64, 'base64'), wide)] as const)
  const those = (prefix: string): (readonly [name: string, verdict: string])[] =>
    verdicts.filter(([name]) => name.startsWith(prefix))

  test('holds what it should', () => {
    expect([those('y_').length, those('n_').length, those('i_').length]).toEqual([95, 188, 35])
  })

  test('none of the 188 invalid documents is accepted', () => {
    expect(those('n_').filter(([, verdict]) => verdict === 'accepted')).toEqual([])
  })

  test('of the 95 valid documents only those the policy refuses on purpose are refused', () => {
    expect(Object.fromEntries(those('y_').filter(([, verdict]) => verdict !== 'accepted'))).toEqual({
      'y_object_duplicated_key.json': 'key_duplicate',
      'y_object_duplicated_key_and_value.json': 'key_duplicate',
      'y_object_escaped_null_in_key.json': 'key_escaped',
    })
  })

  test('of the 35 left to the implementation only those that mean one thing are accepted', () => {
    expect(
      those('i_')
        .filter(([, verdict]) => verdict === 'accepted')
        .map(([name]) => name),
      // 100000000000000000000, which is a double.
    ).toEqual(['i_number_too_big_pos_int.json'])
  })
})

describe('against an independent parser', () => {
  test('a parser that keeps the last of two keys, or rounds, disagrees', () => {
    for (const text of ['{"a":1,"a":2}', '9007199254740993', '{"\\u0061":1}', '["\\ud800"]', '{"__proto__":1}']) {
      expect(disagreement(bytes(text), { ok: true, value: JSON.parse(text) }), text).toBeDefined()
    }
    expect(disagreement(bytes('[1]'), { ok: true, value: [2] })).toBeDefined()
    expect(disagreement(bytes('[1]'), { ok: false, fault: 'not_json' })).toBeDefined()
  })

  test('20,000 generated documents, no disagreement', () => {
    let accepted = 0
    for (let seed = 1; seed <= 20_000; seed++) {
      const document = bytes(randomDocument(randomFrom(seed)))
      const verdict = parseJson(document)
      if (verdict.ok) accepted++
      expect(disagreement(document, verdict), `seed ${seed}`).toBeUndefined()
    }
    expect(accepted).toBeGreaterThan(5_000)
    expect(accepted).toBeLessThan(19_000)
  })
})
