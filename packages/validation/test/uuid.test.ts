import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { deepStrict } from '../src/deep-strict.ts'
import { uuid } from '../src/uuid.ts'

const schema = deepStrict(uuid())
const one = '0b9d7c1e-8f7a-4a52-9d5b-0d2a3c4e5f60'

test('accepts what the platform makes', () => {
  expect(schema.validate(randomUUID()).ok).toBe(true)
})

test.each([
  one.toUpperCase(),
  `{${one}}`,
  `urn:uuid:${one}`,
  one.replaceAll('-', ''),
  `${one}0`,
  one.slice(1),
  `${one}\n`,
])('refuses %j', (text) => {
  expect(schema.validate(text).ok).toBe(false)
})
