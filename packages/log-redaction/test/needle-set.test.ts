import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NeedleSet } from '../src/needle-set.ts'

/** What a loop over every position and every needle finds, overlaps merged. */
function naive(needles: readonly string[], text: string, mark: string): string {
  const covered = Array.from({ length: text.length }, () => false)
  const starts = new Set<number>()
  let until = -1
  for (let at = 0; at < text.length; at++) {
    const length = Math.max(
      0,
      ...needles.filter((needle) => text.startsWith(needle, at)).map((needle) => needle.length),
    )
    if (length === 0) continue
    if (at >= until) starts.add(at)
    until = Math.max(until, at + length)
    covered.fill(true, at, at + length)
  }
  return [...Array(text.length).keys()]
    .map((at) => (starts.has(at) ? mark : '') + (covered[at] ? '' : text[at]))
    .join('')
}

describe('NeedleSet', () => {
  test('finds what a naive search finds', () => {
    // A small alphabet makes matches, overlaps and shared blocks likely.
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'ä'), minLength: 3, maxLength: 9 })
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'ä'), maxLength: 60 })
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), text, (needles, haystack) => {
        const set = new NeedleSet(needles)
        expect(set.test(haystack)).toBe(needles.some((needle) => haystack.includes(needle)))
        expect(set.replace(haystack, '#')).toBe(naive(needles, haystack, '#'))
      }),
      { numRuns: 2_000 },
    )
  })

  test('needles longer than its tables, at the very end, and none at all', () => {
    const long = 'x'.repeat(1_000)
    expect(new NeedleSet([long]).replace(`${'y'.repeat(500)}${long}`, '#')).toBe(`${'y'.repeat(500)}#`)
    expect(new NeedleSet([long]).test(long.slice(1))).toBe(false)
    expect(new NeedleSet([]).replace('abc', '#')).toBe('abc')
  })

  test('the time hardly depends on how many needles there are', () => {
    const needles = Array.from({ length: 5_000 }, (_, i) => `needle-${i}-${(i * 7919).toString(36)}-padding`)
    const text = 'the quick brown fox jumps over the lazy dog, 0123456789. '.repeat(20)
    const time = (set: NeedleSet): number => {
      let best = Infinity
      for (let round = 0; round < 20; round++) {
        const started = performance.now()
        for (let i = 0; i < 200; i++) set.test(text)
        best = Math.min(best, performance.now() - started)
      }
      return best
    }
    expect(time(new NeedleSet(needles)) / time(new NeedleSet(needles.slice(0, 5)))).toBeLessThan(20)
  })
})
