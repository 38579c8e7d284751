import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isJwt, signedLength } from '../src/is-jwt.ts'

test('three segments, of which the first begins like an object: the same as the pattern says', () => {
  const texts = fc.oneof(
    fc.string(),
    fc
      .array(fc.constantFrom('ey', 'ew', 'e', 'y', '.', 'A', '\n', 'é'), { maxLength: 12 })
      .map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(texts, (text) => {
      expect(isJwt(text)).toBe(/^e[wy][^.]*\.[^.]*\.[^.]*$/.test(text))
      const length = signedLength(text)
      if (length !== undefined) expect(text.slice(length)).toMatch(/^\.[^.]*$/)
    }),
    { numRuns: 5_000 },
  )
})
