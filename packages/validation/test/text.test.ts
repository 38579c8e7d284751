import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deepStrict } from '../src/deep-strict.ts'
import { text } from '../src/text.ts'

const line = deepStrict(text({ max: 10_000 }))
const lines = deepStrict(text({ max: 10_000, lines: true }))

describe('text accepts', () => {
  test.each([
    'hello, world',
    'Grüße',
    '你好',
    'مرحبا',
    'שלום',
    'नमस्ते',
    '👩‍👩‍👧‍👦 ❤️ 🇩🇪',
    'می‌خواهم',
    "O'Neil & Söhne <b>",
    '½ × €10 \u00a0 ok',
    `x${'\u0316'.repeat(30)}`,
  ])('%s', (value) => {
    expect(line.validate(value)).toEqual({ ok: true, value })
  })

  test('line feeds where it is told to', () => {
    expect(lines.validate('a\nb').ok).toBe(true)
  })
})

describe('text refuses', () => {
  test.each<[what: string, value: string, rule: string]>([
    ['nothing', '', 'too_short'],
    ['NUL', 'a\u0000b', 'characters'],
    ['a line feed in one line', 'a\nb', 'characters'],
    ['a carriage return', 'a\rb', 'characters'],
    ['a tab', 'a\tb', 'characters'],
    ['escape', '\u001b[31m', 'characters'],
    ['delete', '\u007f', 'characters'],
    ['a C1 control', '\u0085', 'characters'],
    ['a right-to-left override', 'a\u202eb', 'characters'],
    ['an embedding', 'a\u202ab', 'characters'],
    ['an isolate', 'a\u2066b', 'characters'],
    ['a direction mark', 'a\u200fb', 'characters'],
    ['a zero-width space', 'a\u200bb', 'characters'],
    ['a word joiner', 'a\u2060b', 'characters'],
    ['a byte order mark', '\ufeffa', 'characters'],
    ['a soft hyphen', 'a\u00adb', 'characters'],
    ['a line separator', 'a\u2028b', 'characters'],
    ['a paragraph separator', 'a\u2029b', 'characters'],
    ['a high half', 'a\ud800', 'characters'],
    ['a low half', '\udc00a', 'characters'],
    ['halves the wrong way round', '\ude00\ud83d', 'characters'],
    ['private use', '\ue000', 'characters'],
    ['a noncharacter', '\uffff', 'characters'],
    ['an unassigned code point', '\u0378', 'characters'],
    ['hidden tag letters', 'a\u{e0041}\u{e0042}', 'characters'],
    ['31 marks on one letter', `o${'\u0323'.repeat(31)}`, 'characters'],
    ['a Hangul filler', 'a\u3164b', 'characters'],
    ['a grapheme joiner', 'a\u034fb', 'characters'],
    ['bytes hidden in selectors', '😀\u{e0100}\u{e0101}', 'characters'],
    ['bytes hidden in presentation selectors', '😀\ufe0e\ufe0f\ufe0e', 'characters'],
    ['a selector of nothing', '\ufe0f', 'characters'],
    ['an interlinear annotation', '\ufff9', 'characters'],
    ['a decomposed letter', 'e\u0301', 'not_nfc'],
    ['the Kelvin sign', '\u212a', 'not_nfc'],
    ['the Ohm sign', '\u2126', 'not_nfc'],
    ['too much', 'x'.repeat(10_001), 'too_long'],
  ])('%s', (_, value, rule) => {
    expect(line.validate(value)).toMatchObject({ ok: false, errors: [{ rule }] })
  })
})

test('length counts code points, as people do', () => {
  expect(text({ max: 2 }).safeParse('😀😀').success).toBe(true)
  expect(text({ max: 2 }).safeParse('😀😀😀').success).toBe(false)
})

test('what it accepts survives UTF-8 and normalisation unchanged', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      if (!lines.validate(value).ok) return
      expect(Buffer.from(value).toString()).toBe(value)
      expect(value.normalize('NFC')).toBe(value)
      expect(value.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
    }),
    { numRuns: 2_000 },
  )
})

test('of the naughty strings those with controls, hidden characters or halves are refused, the rest is text', () => {
  const naughty = JSON.parse(readFileSync(new URL('../src/vectors/blns.json', import.meta.url), 'utf8')) as string[]
  expect(naughty).toHaveLength(515)
  const hidden = /[\p{C}\p{Zl}\p{Zp}\p{DI}]/u
  const wrong = naughty.filter((value) => {
    const expected =
      value !== '' &&
      !hidden.test(value.replaceAll(/[\n\u200c\u200d]|(?<=.)[\ufe0e\ufe0f]/gu, '')) &&
      !/\p{M}{31}/u.test(value) &&
      value === value.normalize('NFC')
    return lines.validate(value).ok !== expected
  })
  expect(wrong).toEqual([])
})

test.each([{ max: 10_001 }, { min: 3, max: 2 }, { min: -1, max: 2 }, { max: 1.5 }])('%o is no length', (options) => {
  expect(() => text(options)).toThrow(/0 <= min <= max/)
})
