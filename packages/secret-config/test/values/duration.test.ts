import { expect, test } from 'vitest'
import { duration } from '../../src/index.ts'

test.each([
  ['250ms', 250],
  ['30s', 30_000],
  ['15m', 900_000],
  ['4h', 14_400_000],
  ['7d', 604_800_000],
] as const)('%s is %i ms', (text, ms) => expect(duration().parse(text)).toBe(ms))

test.each(['15', '', '0m', '1.5h', '-1s', '1 m', '1M', '1h30m', '31d', '99999999999s', '1e3s'])(
  '%s is refused',
  (text) => {
    expect(duration().safeParse(text).success).toBe(false)
  },
)

test('bounds are inclusive and spelled out', () => {
  const schema = duration({ minMs: 60_000, maxMs: 14_400_000 })
  expect(schema.description).toContain('from 1m to 4h')
  expect([schema.safeParse('1m').success, schema.safeParse('59s').success]).toEqual([true, false])
  expect([schema.safeParse('4h').success, schema.safeParse('241m').success]).toEqual([true, false])
})
