import { createHmac, createSecretKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { vectors } from './support/vectors.ts'

/** The MAC of this runtime is the published one, with a cached KeyObject as the verifier uses it. */
describe('RFC 4231', () => {
  const { cases } = vectors('rfc4231-hmac-sha256.json') as {
    cases: readonly { keyHex: string; msgHex: string; macHex: string }[]
  }

  test.each(cases.map((one, i) => [i + 1, one] as const))('case %i', (_, { keyHex, msgHex, macHex }) => {
    const key = createSecretKey(Buffer.from(keyHex, 'hex'))
    expect(createHmac('sha256', key).update(Buffer.from(msgHex, 'hex')).digest('hex')).toBe(macHex)
  })
})

describe('published examples of exchanges', () => {
  interface Example {
    readonly venue: string
    readonly alg: string
    readonly key: string
    readonly message: string
    readonly encoding: 'hex' | 'base64'
    readonly expected: string
  }
  const examples = vectors('exchanges.json') as readonly Partial<Example>[]

  test.each(examples.filter((one): one is Example => one.message !== undefined && one.alg === 'sha256'))(
    '$venue',
    ({ key, message, encoding, expected }) => {
      expect(createHmac('sha256', createSecretKey(key, 'utf8')).update(message).digest(encoding)).toBe(expected)
    },
  )
})
