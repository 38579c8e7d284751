import { expect, test } from 'vitest'
import { memorySessionStore } from '../../src/sessions.ts'
import { sessionContract } from '../support/session-contract.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

sessionContract('in process', (capacity) => {
  const clock = new VirtualClock()
  const store = memorySessionStore(capacity)
  return { store, elsewhere: store, clock, wait: (ms) => clock.advance(ms) }
})

test.each([0, -1, 1.5, NaN])('capacity %d is refused', (capacity) => {
  expect(() => memorySessionStore({ capacity })).toThrow(/capacity/)
})
