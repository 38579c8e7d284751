import { expect, test } from 'vitest'
import { Secret } from '../src/secret.ts'

test('a secret is no string, and its kind is kept', () => {
  const text = new Secret('one secret value')
  // @ts-expect-error a secret is not the text itself
  const leaked: string = text
  // @ts-expect-error bytes are not text
  const bytes: Secret<Uint8Array> = text
  // @ts-expect-error something of the same shape is no secret
  const forged: Secret = { fingerprint: '', use: (f: (v: string) => unknown) => f('x'), equals: () => true }
  const length: number = text.use((value) => value.length)
  expect([leaked, bytes, forged].length + length).toBe(3 + 16)
})
