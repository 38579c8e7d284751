import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { patternFault } from '../src/linear-pattern.ts'

describe('patternFault accepts', () => {
  test.each([
    /^$/,
    /^[a-z]+$/,
    /^(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,8})?$/,
    /^\$[$]\/\.[a-]$/,
    /^[A-Z0-9]{1,12}(?:[-/.][A-Z0-9]{1,12})?$/,
    /^[a-z0-9]+(?:-+[a-z0-9]+)*$/,
    /^(a|b*)c$/,
    /^[a-z]+$/i,
    /^\w{1,8}:\d+$/u,
    /^(?:ab){2,}$/,
    /^(?:ab){2}a$/,
    /^a{2}a$/,
    /^(?:a|)b$/,
  ])('%s', (pattern) => {
    expect(patternFault(pattern)).toBeUndefined()
  })
})

describe('patternFault refuses', () => {
  test.each<[pattern: RegExp, why: RegExp]>([
    [/[a-z]+/, /not anchored/],
    [/^[a-z]+/, /not anchored/],
    [/[a-z]+$/, /not anchored/],
    [/^a|b$/, /not anchored/],
    [/^a$|^b$/, /not anchored/],
    [/^a\$/, /not anchored/],
    [/^a$/m, /flags/],
    [/^a$/g, /flags/],
    [/^a$/y, /flags/],
    [/^[ks]$/iu, /flags/],
    [new RegExp('^a$', 'v'), /flags/],
    [/^.$/, /"\."/],
    [/^[^a]$/, /negated/],
    [/^\s$/, /"\\s"/],
    [/^\S$/, /"\\S"/],
    [/^\D$/, /"\\D"/],
    [/^[\W]$/, /"\\W"/],
    [/^\p{Nd}$/u, /"\\p"/],
    [/^\u0041$/, /"\\u"/],
    [/^é$/, /beyond ASCII/],
    [/^[а]$/, /beyond ASCII/],
    [/^[!-é]$/, /beyond ASCII/],
    [/^(?=a)a$/, /lookaround/],
    [/^(?<!a)a$/, /lookaround/],
    [/^(?<name>a)$/, /named group/],
    [/^(a)\1$/, /"\\1"/],
    [/^a+?$/, /lazy/],
    [/^a{1,2}?$/, /lazy/],
    [/^a{,2}$/, /brace/],
    [/^[\d-x]$/, /range/],
    [/^(a+)+$/, /not linear/],
    [/^(a|a)*$/, /not linear/],
    [/^(a|ab)*c$/, /not linear/],
    [/^(a*)*$/, /not linear/],
    [/^(?:a|)a$/, /not linear/],
    [/^(?:a?|b?)$/, /not linear/],
    [/^a*a*$/, /not linear/],
    [/^a*a$/, /not linear/],
    [/^[a-z]*[0-9a-f]+$/, /not linear/],
    [/^(?:a?){50}a{50}$/, /not linear/],
    [/^(?:a?b?)*$/, /not linear/],
    [/^(?:a+b?)+$/, /not linear/],
    [
      /^([a-zA-Z0-9])(([-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$/,
      /not linear/,
    ],
  ])('%s', (pattern, why) => {
    expect(patternFault(pattern)).toMatch(why)
  })
})

test('what it accepts matches in linear time, whatever the text', () => {
  const atom = fc.constantFrom('a', 'b', 'c', '[ab]', '[a-c]', '\\d')
  const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
    pattern: fc.oneof(
      { maxDepth: 4 },
      atom,
      fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `${a}${b}`),
      fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(?:${a}|${b})`),
      fc.tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{0,3}')).map(([a, q]) => `(?:${a})${q}`),
    ),
  }))
  let accepted = 0
  fc.assert(
    fc.property(pattern, fc.constantFrom('a', 'b', 'ab', 'abc', 'aab', '0'), (source, piece) => {
      const regex = new RegExp(`^${source}$`)
      if (patternFault(regex) !== undefined) return
      accepted++
      const text = `${piece.repeat(10_000)}!`
      // Exponential or even quadratic work on 30,000 characters would take many times as long.
      expect(fastest(3, () => regex.test(text))).toBeLessThan(200)
    }),
    { numRuns: 2_000 },
  )
  expect(accepted).toBeGreaterThan(300)
})

/** Milliseconds of the fastest of some runs: what else the machine does can only make a run slower. */
function fastest(runs: number, work: () => unknown): number {
  let best = Infinity
  for (let run = 0; run < runs && best >= 100; run++) {
    const started = performance.now()
    work()
    best = Math.min(best, performance.now() - started)
  }
  return best
}
