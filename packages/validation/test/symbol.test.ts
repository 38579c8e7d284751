import { describe, expect, test } from 'vitest'
import { deepStrict } from '../src/deep-strict.ts'
import { symbol } from '../src/symbol.ts'

const schema = deepStrict(symbol())

describe('symbol', () => {
  test.each(['BTC-USD', 'BTCUSDT', 'AAPL', 'BRK.B', 'ETH/EUR', '1INCH-USD'])('%s', (text) => {
    expect(schema.validate(text).ok).toBe(true)
  })

  test.each([
    '',
    'btc-usd',
    'BTC-USD ',
    ' BTC',
    'BTC--USD',
    'BTC-',
    '-BTC',
    'BTC-USD-X',
    'BTC;DROP TABLE',
    'BTC\n<script>',
    'ВТС-USD',
    'BTC\u200b',
    'BTC\u0000',
    'ＢＴＣ',
    '\u212aRW-USD',
    '__proto__',
    'A'.repeat(13),
    '../BTC',
  ])('not %j', (text) => {
    expect(schema.validate(text).ok).toBe(false)
  })
})
