import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { isPlaceholder } from '../src/is-placeholder.ts'

describe('isPlaceholder', () => {
  test.each([
    'changeme-changeme',
    'CHANGE_ME_PLEASE_1',
    'replace-with-real-key',
    'your-secret-here-x9',
    'example-7f3k2m9q4z',
    'my-password-is-this',
    'secret-key-of-mine',
    'test-key-1a2b3c4d5e',
    'aaaaaaaaaaaaaaaa',
    '00'.repeat(32),
    'abcabcabcabcabcabc',
    '0123456789abcdef0123456789abcdef',
    'deadbeef'.repeat(8),
    'aaaaaaaabbbbbbbbab',
    '',
  ])('refuses %s', (text) => expect(isPlaceholder(text)).toBe(true))

  test('accepts what a random generator makes', () => {
    let refused = 0
    for (let i = 0; i < 20_000; i++) {
      const encoding = (['hex', 'base64', 'base64url'] as const)[i % 3]!
      if (isPlaceholder(randomBytes(32).toString(encoding))) refused++
    }
    expect(refused).toBeLessThanOrEqual(2)
  })
})
