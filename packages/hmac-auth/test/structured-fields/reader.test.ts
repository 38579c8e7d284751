import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseSignatureInput } from '../../src/rfc9421.ts'
import { parseDictionary } from '../../src/structured-fields/parse.ts'
import { serializeDictionary, serializeInnerList } from '../../src/structured-fields/serialize.ts'
import { isInnerList } from '../../src/structured-fields/values.ts'

const space = fc.constantFrom('', '', '', '', ' ', '  ')
const bare = fc.oneof(
  fc.constantFrom('1', '01', '-0', '-1', '1.0', '1.5', '0', '00', '?1', '?0', 'a', '*a/b', '"x"', '"\\""', ':AAAA:'),
  fc.constantFrom('@1', '@01', '%"a"', '%"%61"', '"("', '")"', '")) "'),
)
const parameter = fc
  .tuple(space, fc.constantFrom('a', 'b', 'c1'), fc.option(bare, { nil: undefined }))
  .map(([gap, key, value]) => `;${gap}${key}${value === undefined ? '' : `=${value}`}`)
const item = fc.tuple(bare, fc.array(parameter, { maxLength: 2 })).map(([value, own]) => value + own.join(''))
const innerList = fc
  .tuple(
    space,
    fc.array(fc.tuple(item, fc.constantFrom(' ', ' ', ' ', '  ')), { maxLength: 4 }),
    space,
    fc.array(parameter, { maxLength: 3 }),
  )
  .map(([before, items, after, own]) => {
    const body = items.map(([text, gap], i) => (i === items.length - 1 ? text : text + gap)).join('')
    return `(${before}${body}${after})${own.join('')}`
  })

test('a list that claims to be canonical is what serializing it gives', () => {
  let canonical = 0
  fc.assert(
    fc.property(innerList, (text) => {
      const member = parseDictionary(`x=${text}`).get('x')!
      if (!isInnerList(member)) throw new Error('not a list')
      if (member.canonical === undefined) return
      canonical++
      expect(member.canonical).toBe(serializeInnerList(member))
    }),
    { numRuns: 5_000 },
  )
  expect(canonical).toBeGreaterThan(100)
})

test('parsing what was written gives the same again', () => {
  fc.assert(
    fc.property(innerList, (text) => {
      const once = serializeDictionary(parseDictionary(`x=${text}`))
      expect(serializeDictionary(parseDictionary(once))).toBe(once)
    }),
    { numRuns: 2_000 },
  )
})

test('arbitrary text never does worse than a refusal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii', maxLength: 80 }), (text) => {
      try {
        parseSignatureInput([text])
      } catch (error) {
        expect(error).toMatchObject({ code: 'field_malformed' })
      }
    }),
    { numRuns: 5_000 },
  )
})

test('time grows no faster than the text', () => {
  const cost = (length: number): number => {
    const texts = [
      `s=(${'"a" '.repeat(length / 4)}`,
      `s=("a")${';a="b\\"'.repeat(length / 7)}`,
      `s=:${'A'.repeat(length)}`,
    ]
    const started = performance.now()
    for (let i = 0; i < 200; i++) {
      for (const text of texts) expect(() => parseDictionary(text)).toThrow()
    }
    return performance.now() - started
  }
  cost(1_000)
  // Sixteen times the text, well under 16 ** 1.6 = 84 times the time.
  expect(cost(16_000) / Math.max(cost(1_000), 0.5)).toBeLessThan(84)
})
