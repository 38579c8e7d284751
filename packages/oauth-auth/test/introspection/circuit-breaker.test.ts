import { expect, test } from 'vitest'
import { CircuitBreaker } from '../../src/introspection/circuit-breaker.ts'
import { virtualClock } from '../support/virtual-clock.ts'

test('opens after five failures in a row, for 1 s, then twice as long up to 30 s', () => {
  const clock = virtualClock()
  const breaker = new CircuitBreaker(clock)
  for (let i = 0; i < 5; i++) {
    expect(breaker.enter()).toBeUndefined()
    breaker.failed()
  }
  for (const openMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
    expect(breaker.enter()).toBe(openMs)
    clock.advance(openMs - 1)
    expect(breaker.enter()).toBe(1)
    clock.advance(1)
    expect(breaker.enter()).toBeUndefined()
    breaker.failed()
  }
})

test('lets one call through to see, and closes when it succeeds', () => {
  const clock = virtualClock()
  const breaker = new CircuitBreaker(clock)
  for (let i = 0; i < 5; i++) breaker.failed()
  clock.advance(1_000)
  expect(breaker.enter()).toBeUndefined()
  expect(breaker.enter()).toBe(1_000)
  breaker.succeeded()
  expect(breaker.enter()).toBeUndefined()
  expect(breaker.enter()).toBeUndefined()
})

test('calls that were under way when it opened do not make it stay open longer', () => {
  const clock = virtualClock()
  const breaker = new CircuitBreaker(clock)
  for (let i = 0; i < 60; i++) expect(breaker.enter()).toBeUndefined()
  for (let i = 0; i < 60; i++) breaker.failed()
  expect(breaker.enter()).toBe(1_000)
  clock.advance(1_000)
  expect(breaker.enter()).toBeUndefined()
  breaker.failed()
  expect(breaker.enter()).toBe(2_000)
})

test('failures that are not in a row do not open it', () => {
  const breaker = new CircuitBreaker(virtualClock())
  for (let i = 0; i < 20; i++) {
    breaker.failed()
    breaker.failed()
    breaker.failed()
    breaker.failed()
    breaker.succeeded()
  }
  expect(breaker.enter()).toBeUndefined()
})
