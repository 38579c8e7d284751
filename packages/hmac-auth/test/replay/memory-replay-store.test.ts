import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { memoryReplayStore } from '../../src/index.ts'
import { replayContract } from '../support/replay-contract.ts'
import { START, VirtualClock } from '../support/virtual-clock.ts'

const entry = (
  createdAt: number,
  nonce = 'n',
  keyId = 'k',
): Parameters<ReturnType<typeof memoryReplayStore>['consume']>[0] => ({
  keyId,
  nonce,
  createdAt,
  expiresAt: createdAt + 7_000,
})

replayContract('in process', () => {
  const clock = new VirtualClock()
  const store = memoryReplayStore({ clock })
  clock.advance(10_000)
  return { store, elsewhere: store, now: () => clock.time }
})

test('what was created up to a second after the start is refused: created may be a second ahead', () => {
  const store = memoryReplayStore({ clock: new VirtualClock() })
  expect(store.consume(entry(START - 1_000))).toBe('before_epoch')
  expect(store.consume(entry(START + 1_000))).toBe('before_epoch')
  expect(store.consume(entry(START + 1_001))).toBe('fresh')
  expect(store.consume(entry(NaN))).toBe('before_epoch')
})

test('a full store refuses and forgets nothing; expired nonces make room', () => {
  const clock = new VirtualClock()
  const store = memoryReplayStore({ clock, capacity: 2 })
  clock.advance(5_000)
  expect(store.consume(entry(clock.time, 'a'))).toBe('fresh')
  expect(store.consume(entry(clock.time, 'b'))).toBe('fresh')
  expect(store.consume(entry(clock.time, 'c'))).toBe('full')
  expect(store.consume(entry(clock.time, 'a'))).toBe('replayed')
  clock.advance(6_999)
  expect(store.consume(entry(clock.time, 'c'))).toBe('full')
  clock.advance(1)
  expect(store.consume(entry(clock.time, 'c'))).toBe('fresh')
})

test('whatever the clock does, no entry is ever fresh twice', () => {
  const step = fc.record({
    wait: fc.integer({ min: -20_000, max: 20_000 }),
    nonce: fc.nat(3),
    age: fc.integer({ min: -1_000, max: 5_000 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const clock = new VirtualClock()
      const store = memoryReplayStore({ clock, capacity: 4 })
      const accepted = new Set<string>()
      for (const { wait, nonce, age } of steps) {
        clock.advance(wait)
        const createdAt = Math.floor((clock.time - age) / 10_000) * 10_000
        const verdict = store.consume(entry(createdAt, String(nonce)))
        const identity = `${createdAt} ${nonce}`
        if (verdict === 'fresh') expect(accepted.has(identity)).toBe(false)
        if (verdict === 'fresh') accepted.add(identity)
      }
    }),
    { numRuns: 500 },
  )
})

test('capacity is checked', () => {
  for (const capacity of [0, -1, 1.5, NaN]) expect(() => memoryReplayStore({ capacity })).toThrow(/capacity/)
})
