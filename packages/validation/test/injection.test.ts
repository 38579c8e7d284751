import { verifies, violates } from '@ringfence/policy'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { clientOrderId } from '../src/client-order-id.ts'
import { decimal } from '../src/decimal.ts'
import { deepStrict } from '../src/deep-strict.ts'
import { hostileTexts } from '../src/hostile-corpora.ts'
import { integer } from '../src/integer.ts'
import { publicUrl } from '../src/public-url.ts'
import { symbol } from '../src/symbol.ts'
import { timestamp } from '../src/timestamp.ts'
import { uuid } from '../src/uuid.ts'

const corpora = { sql: hostileTexts('sql'), xss: hostileTexts('xss'), nosql: hostileTexts('nosql') }
const everything = Object.values(corpora).flat()

const fields = {
  decimal: deepStrict(decimal({ scale: 8, max: '1000000' })),
  integer: deepStrict(integer({ max: 1_000 })),
  symbol: deepStrict(symbol()),
  uuid: deepStrict(uuid()),
  timestamp: deepStrict(timestamp()),
  url: deepStrict(publicUrl({ hosts: ['example.com'] })),
  enum: deepStrict(z.enum(['buy', 'sell'])),
}

/** Payloads a field lets through, but bare words and numbers: the lists hold `0` and `PRINT`, which have no syntax. */
function leaks(accepts: (payload: string) => boolean): string[] {
  return everything.filter((payload) => accepts(payload) && !/^[A-Za-z0-9]+$/.test(payload))
}

test('the corpora are whole', () => {
  expect([corpora.sql.length, corpora.xss.length, corpora.nosql.length]).toEqual([1_267, 1_544, 26])
})

describe('SQL, XSS and NoSQL injection', () => {
  verifies('TS-23/injection', 'no payload passes a field that is not free text', () => {
    const passed = Object.entries(fields).flatMap(([name, schema]) =>
      leaks((payload) => schema.validate(payload).ok).map((payload) => `${name}: ${payload}`),
    )
    expect(passed).toEqual([])
  })

  violates('TS-23/injection', 'a string with nothing but a length lets most of them pass', () => {
    const loose = z.string().min(1).max(256)
    expect(leaks((payload) => loose.safeParse(payload).success).length).toBeGreaterThan(2_000)
  })

  test('the bare words are these, and a list of instruments refuses them too', () => {
    const words = everything.filter((payload) => /^[A-Za-z]+$/.test(payload))
    expect(words.filter((word) => fields.symbol.validate(word).ok)).toEqual(['PRINT', 'XXX'])
    const listed = deepStrict(z.enum(['BTC-USD', 'ETH-USD']))
    expect(everything.filter((payload) => listed.validate(payload).ok)).toEqual([])
  })

  test('an order id lets only single words pass, nothing with punctuation, quotes or spaces', () => {
    const schema = deepStrict(clientOrderId())
    const passed = everything.filter((payload) => schema.validate(payload).ok)
    expect(passed.filter((payload) => !/^[A-Za-z0-9_]+$/.test(payload))).toEqual([])
    expect(passed.length).toBeGreaterThan(0)
    expect(passed.length).toBeLessThan(30)
  })

  test('an object where a text belongs, as NoSQL operators need, is refused', () => {
    const schema = deepStrict(z.strictObject({ symbol: symbol() }))
    for (const operator of [{ $ne: null }, { $gt: '' }, { $where: 'sleep(1)' }, ['BTC'], null, true]) {
      expect(schema.validate({ symbol: operator })).toEqual({ ok: false, errors: [{ path: '/symbol', rule: 'type' }] })
    }
  })
})
