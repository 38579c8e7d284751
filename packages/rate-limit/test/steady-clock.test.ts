import { expect, test } from 'vitest'
import { createLeases, createLimiter, policy } from '../src/index.ts'
import { SteadyClock } from '../src/steady-clock.ts'
import { VirtualClock } from './support/virtual-clock.ts'

const BROKEN = [Number.NaN, -1, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 1e300, 2 ** 53 + 2 ** 20]

test('it shows the time since its start', () => {
  const clock = new VirtualClock(1000.5)
  const steady = new SteadyClock(clock)
  expect(steady.read()).toBe(0.5)
  clock.advance(0.015625)
  expect(steady.read()).toBe(0.515625)
})

test.each(BROKEN)('it stands while the clock says %d, and goes on afterwards', (wrong) => {
  const clock = new VirtualClock()
  const steady = new SteadyClock(clock)
  clock.time = 1500
  expect(steady.read()).toBe(500)
  clock.time = wrong
  expect(steady.read()).toBe(500)
  clock.time = 1501
  expect(steady.read()).toBe(501)
})

test.each(BROKEN)('a clock that says %d admits and releases nothing early', (wrong) => {
  const clock = new VirtualClock()
  const policies = ['one', 'two'].map((name) => policy({ name, limit: 2, windowMs: 1000 }))
  const limiter = createLimiter({ policies, clock })
  const leases = createLeases({ limit: 2, ttlMs: 1000, clock })
  const attempts = (): boolean[] => [limiter.consume('key').allowed, leases.acquire('key').ok]
  expect([attempts(), attempts()]).toEqual([
    [true, true],
    [true, true],
  ])
  for (const time of [wrong, wrong, 1999]) {
    clock.time = time
    expect([time, attempts(), attempts(), attempts()]).toEqual([time, [false, false], [false, false], [false, false]])
  }
  clock.time = 2000
  expect(attempts()).toEqual([true, true])
})
