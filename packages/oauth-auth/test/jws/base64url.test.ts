import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBase64url } from '../../src/jws/base64url.ts'

test('base64url has one spelling for every byte string', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...Array.from('AQgwxyz019-_+/= \n~')) }), (text) => {
      const bytes = decodeBase64url(text)
      if (bytes !== undefined) expect(bytes.toString('base64url')).toBe(text)
      else expect(/^[\w-]*$/.test(text) && Buffer.from(text, 'base64url').toString('base64url') === text).toBe(false)
    }),
    { numRuns: 2_000 },
  )
})
