import { expect, test } from 'vitest'
import { isConfidential } from '../src/is-confidential.ts'

test.each<[string, boolean]>([
  ['https://issuer.example/a', true],
  ['http://127.0.0.1:7103', true],
  ['http://127.1', true], // which a URL spells 127.0.0.1
  ['http://[::1]:7103/', true],
  ['http://localhost', true],
  ['http://issuer.example', false],
  ['http://127.0.0.1.issuer.example', false],
  ['http://localhost.issuer.example', false],
  ['http://[::ffff:127.0.0.1]', false],
  ['http://0.0.0.0', false],
  ['ftp://127.0.0.1', false],
  ['file:///etc/passwd', false],
])('%s: %s', (url, expected) => {
  expect(isConfidential(new URL(url))).toBe(expected)
})
