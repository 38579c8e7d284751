import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLimiter, policy } from '../src/index.ts'
import { LogTable, OVERFLOW } from '../src/log-table.ts'
import { VirtualClock } from './support/virtual-clock.ts'

test('cycling through more keys than fit admits no more than the limit of any key', () => {
  const clock = new VirtualClock()
  const limiter = createLimiter({ policies: [policy({ name: 'p', limit: 10, windowMs: 60_000, maxKeys: 64 })], clock })
  const admitted = new Map<string, number>()
  for (let round = 0; round < 50; round++) {
    for (let i = 0; i < 200; i++) {
      clock.advance(1)
      if (limiter.consume(`key-${i}`).allowed) admitted.set(`key-${i}`, (admitted.get(`key-${i}`) ?? 0) + 1)
    }
  }
  expect(Math.max(...admitted.values())).toBe(10)
  // 64 logs, and one that the other keys share.
  expect([...admitted.values()].reduce((a, b) => a + b)).toBeLessThanOrEqual(65 * 10)
  expect(limiter.overflowed).toBeGreaterThan(0)
  expect(limiter.overflowed).toBeLessThanOrEqual(10)
})

test('a key that was admitted in the overflow does not start afresh when it gets a slot', () => {
  const table = new LogTable(4, 1000, 8)
  // Small hashes all belong to the first bucket: eight keys fill it, one after the other.
  for (let key = 1; key <= 8; key++) table.take(table.claim(key, key, key * 10), 1, key * 10)
  expect(table.claim(9, 9, 100)).toBe(OVERFLOW)
  table.take(OVERFLOW, 2, 100)
  table.take(OVERFLOW, 1, 200)
  // At 1010 the first key is gone, and the three units of the overflow log are live.
  const log = table.claim(9, 9, 1010)
  expect(log).not.toBe(OVERFLOW)
  expect(table.free(log, 1010)).toBe(1)
  expect(table.freeAt(log, 2)).toBe(1100)
  expect(table.freeAt(log, 4)).toBe(1200)
})

test('a live log is never given away, a drained one is', () => {
  const table = new LogTable(1, 1000, 8)
  for (let key = 1; key <= 8; key++) table.take(table.claim(key, key, 0), 1, 0)
  expect(table.claim(9, 9, 999.984375)).toBe(OVERFLOW)
  expect(table.claim(9, 9, 1000)).toBe(table.find(9, 9, 0))
  expect(table.find(9, 9, 0)).not.toBe(OVERFLOW)
})

test('for any table size, timing and weight no key exceeds its limit in any window', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.tuple(fc.nat({ max: 20 }), fc.nat({ max: 40 }), fc.integer({ min: 1, max: 5 })), { maxLength: 400 }),
      (limit, maxKeys, calls) => {
        const clock = new VirtualClock()
        const limiter = createLimiter({ policies: [policy({ name: 'p', limit, windowMs: 100, maxKeys })], clock })
        const admitted = new Map<number, number[]>()
        for (const [step, key, most] of calls) {
          clock.advance(step)
          const cost = Math.min(most, limit)
          if (!limiter.consume(`key-${key}`, cost).allowed) continue
          const times = [...(admitted.get(key) ?? []), ...Array<number>(cost).fill(clock.time)]
          admitted.set(key, times)
          expect(times.filter((at) => clock.time - at < 100).length).toBeLessThanOrEqual(limit)
        }
      },
    ),
    { numRuns: 500 },
  )
})

test('a flood of 1,000,000 keys resets no live log, and memory stays what it was', () => {
  const clock = new VirtualClock()
  const limiter = createLimiter({
    policies: [policy({ name: 'p', limit: 10, windowMs: 60_000, maxKeys: 16_384 })],
    clock,
  })
  for (let key = 0; key < 1000; key++) for (let i = 0; i < 10; i++) limiter.consume(`victim-${key}`)
  const before = process.memoryUsage().arrayBuffers
  for (let i = 0; i < 1_000_000; i++) limiter.consume(`flood-${i}`)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000)
  for (let key = 0; key < 1000; key++) expect(limiter.peek(`victim-${key}`).allowed).toBe(false)
}, 30_000)

test.each([1, 64, 1000, 16_384])(
  '%i keys have a log of their own in a table made for as many, window after window',
  (maxKeys) => {
    const policies = [policy({ name: 'p', limit: 1, windowMs: 60_000, maxKeys })]
    const clock = new VirtualClock()
    const limiter = createLimiter({ policies, clock })
    for (let round = 0; round < 3; round++) {
      let admitted = 0
      for (let key = 0; key < maxKeys; key++) if (limiter.consume(`key-${round}-${key}`).allowed) admitted++
      expect({ admitted, overflowed: limiter.overflowed }).toEqual({ admitted: maxKeys, overflowed: round })
      // Every log is live: there is one admission more, the shared one.
      expect(limiter.consume(`first-${round}`).allowed).toBe(true)
      expect(limiter.consume(`second-${round}`).allowed).toBe(false)
      expect(limiter.overflowed).toBe(round + 1)
      clock.advance(60_000)
    }
  },
)

test('a key whose log went to another one in the meantime starts with what is free', () => {
  const clock = new VirtualClock()
  const limiter = createLimiter({ policies: [policy({ name: 'p', limit: 2, windowMs: 1000, maxKeys: 1 })], clock })
  const bound = limiter.bind('a')
  expect([bound.consume().remaining, bound.consume().remaining, bound.consume().allowed]).toEqual([1, 0, false])
  clock.advance(1000)
  expect(limiter.consume('b')).toMatchObject({ allowed: true, remaining: 1 })
  // The only log is that of b now, so a gets the shared one.
  expect([bound.consume().remaining, bound.consume().remaining, bound.consume().allowed]).toEqual([1, 0, false])
  expect(limiter.consume('b')).toMatchObject({ allowed: true, remaining: 0 })
  clock.advance(1000)
  expect(bound.consume()).toMatchObject({ allowed: true, remaining: 1 })
})

test.each([1, 10, 100])('each key of a limit of %i takes at most 48 + 8N bytes, index and slack included', (limit) => {
  const before = process.memoryUsage().arrayBuffers
  const limiter = createLimiter({ policies: [policy({ name: 'p', limit, windowMs: 1000, maxKeys: 50_000 })] })
  const bytes = process.memoryUsage().arrayBuffers - before
  expect(limiter.overflowed).toBe(0)
  expect(bytes / 50_000).toBeLessThanOrEqual(48 + 8 * limit)
  expect(bytes / 50_000).toBeGreaterThan(8 * limit)
})
