import { expect, test } from 'vitest'
import { generateApiKey, keyRing, parseApiKey } from '../../src/index.ts'
import { checksum } from '../../src/keys/parse-api-key.ts'

const KEY = generateApiKey({ scope: 'trade', allow: ['127.0.0.1'] })

test('a generated key has the published shape', () => {
  expect(KEY.id).toMatch(/^rfk_[0-9A-Za-z]{22}$/)
  expect(KEY.secret).toMatch(/^rfs_[0-9A-Za-z]{49}$/)
  expect(parseApiKey(KEY.id).kind).toBe('id')
  expect(parseApiKey(KEY.secret).kind).toBe('secret')
})

test('the checksum is the one of GitHub tokens', () => {
  // The parts of an expired sample token, never joined here: prefix, entropy, checksum.
  expect(checksum('zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ')).toBe('0mLq17')
})

test('32 bytes are written with 43 characters, left-padded', () => {
  const zero = generateApiKey({ scope: 'read', allow: ['127.0.0.1'] }, { random: (n) => new Uint8Array(n) })
  expect(zero.secret.slice(4, 47)).toBe('0'.repeat(43))
  const most = generateApiKey({ scope: 'read', allow: ['127.0.0.1'] }, { random: (n) => new Uint8Array(n).fill(255) })
  expect(most.secret).toHaveLength(53)
  expect(parseApiKey(most.secret).kind).toBe('secret')
})

test('one changed, lost or swapped character is found', () => {
  const { secret } = KEY
  for (let i = 4; i < secret.length; i++) {
    const changed = secret.slice(0, i) + (secret[i] === 'a' ? 'b' : 'a') + secret.slice(i + 1)
    expect(() => parseApiKey(changed)).toThrow(expect.objectContaining({ code: 'key_invalid' }))
    expect(() => parseApiKey(secret.slice(0, i) + secret.slice(i + 1))).toThrow(/neither/)
  }
  for (const text of ['', 'rfs_', ` ${secret}`, `${secret}\n`, secret.replace('rfs_', 'rfx_'), 'rfs_change-me']) {
    expect(() => parseApiKey(text)).toThrow(/^API key: it is neither/)
  }
})

test('no error repeats a key', () => {
  const wrong = `${KEY.secret.slice(0, -1)}${KEY.secret.endsWith('x') ? 'y' : 'x'}`
  for (const attempt of [() => parseApiKey(wrong), () => keyRing([{ ...KEY, secret: wrong }])]) {
    expect(attempt).toThrow(expect.objectContaining({ message: expect.not.stringContaining(wrong.slice(4, 12)) }))
  }
})
