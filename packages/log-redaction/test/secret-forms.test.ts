import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { secretForms } from '../src/secret-forms.ts'

const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength })

test('base64 of anything that contains the secret contains one of its forms', () => {
  fc.assert(
    fc.property(bytes(0, 9), bytes(8, 40), bytes(0, 9), (before, secret, after) => {
      const forms = secretForms(Buffer.from(secret))
      const whole = Buffer.concat([before, secret, after])
      for (const encoding of ['base64', 'base64url', 'hex'] as const) {
        const text = whole.toString(encoding)
        expect(
          forms.some((form) => text.includes(form)),
          encoding,
        ).toBe(true)
      }
      expect(forms.some((form) => whole.toString('hex').toUpperCase().includes(form))).toBe(true)
    }),
  )
})

test('text is found plain, escaped for JSON and percent-encoded', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 8 }), (secret) => {
      const forms = secretForms(Buffer.from(secret))
      expect(forms).toContain(secret)
      expect(forms).toContain(JSON.stringify(secret).slice(1, -1))
      expect(forms).toContain(encodeURIComponent(secret))
    }),
  )
})

test('nothing short enough to occur by chance is a form', () => {
  fc.assert(fc.property(bytes(8, 40), (secret) => secretForms(Buffer.from(secret)).every((form) => form.length >= 8)))
})
