import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLimiter, policy } from '../src/index.ts'
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
  // 96 keys with a log of their own, one shared log for the others.
  expect([...admitted.values()].reduce((a, b) => a + b)).toBeLessThanOrEqual(97 * 10)
  expect(limiter.overflowed).toBeGreaterThan(0)
  expect(limiter.overflowed).toBeLessThanOrEqual(10)
})

test('a key that was admitted in the overflow does not start afresh when it gets a place', () => {
  const clock = new VirtualClock()
  const limiter = createLimiter({ policies: [policy({ name: 'p', limit: 4, windowMs: 1000, maxKeys: 8 })], clock })
  // Sixteen keys fill the table at different times, so that slots come free while the overflow log is live.
  for (let i = 0; limiter.overflowed === 0; i++) {
    limiter.consume(`owner-${i}`)
    clock.advance(10)
  }
  // The last owner took one unit of the shared log; `late` takes two, and all three are live when slots come free.
  expect([limiter.consume('late').allowed, limiter.consume('late').allowed]).toEqual([true, true])
  clock.advance(985)
  expect(limiter.consume('late')).toMatchObject({ allowed: true, remaining: 0 })
  expect(limiter.consume('late').allowed).toBe(false)
  expect(limiter.overflowed).toBe(3)
  clock.advance(100)
  expect(limiter.consume('late')).toMatchObject({ allowed: true, remaining: 2 })
})

test('for any table size and timing no key exceeds its limit in any window', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 40 })), { maxLength: 400 }),
      (limit, calls) => {
        const clock = new VirtualClock()
        const limiter = createLimiter({ policies: [policy({ name: 'p', limit, windowMs: 100, maxKeys: 8 })], clock })
        const admitted = new Map<number, number[]>()
        for (const [step, key] of calls) {
          clock.advance(step)
          if (!limiter.consume(`key-${key}`).allowed) continue
          const times = [...(admitted.get(key) ?? []), clock.time]
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
})

test.each([64, 1000, 16_384, 300_000])('%i keys have a log of their own in a table made for as many', (maxKeys) => {
  const policies = [policy({ name: 'p', limit: 1, windowMs: 60_000, maxKeys })]
  const limiter = createLimiter({ policies, clock: new VirtualClock() })
  for (let key = 0; key < maxKeys; key++) expect(limiter.consume(`key-${key}`).allowed).toBe(true)
  expect(limiter.overflowed).toBe(0)
})
