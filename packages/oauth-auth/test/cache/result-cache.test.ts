import { expect, test } from 'vitest'
import { ResultCache } from '../../src/cache/result-cache.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const ground = { generation: 1, until: Infinity }

test('forgets an entry after its time, measured on the monotonic clock', () => {
  const clock = virtualClock()
  const cache = new ResultCache<string>({ maxEntries: 10, ttlMs: 60_000 }, clock)
  cache.set('a', 'A', ground)
  clock.advance(59_999)
  expect(cache.get('a')).toBe('A')
  clock.advance(1)
  expect(cache.get('a')).toBeUndefined()
  clock.advance(-60_000)
  expect(cache.get('a'), 'gone for good').toBeUndefined()
})

test('holds no more entries than it may; the oldest leaves', () => {
  const cache = new ResultCache<number>({ maxEntries: 3, ttlMs: 60_000 }, virtualClock())
  for (let i = 0; i < 100; i++) cache.set(`k${i}`, i, ground)
  expect([...Array(100).keys()].filter((i) => cache.get(`k${i}`) !== undefined)).toEqual([97, 98, 99])
  cache.set('k97', 1_097, ground)
  cache.set('k100', 100, ground)
  expect([97, 98, 99, 100].map((i) => cache.get(`k${i}`))).toEqual([1_097, undefined, 99, 100])
})

test('an entry is gone when what it rests on has changed', () => {
  const cache = new ResultCache<string>({ maxEntries: 10, ttlMs: 60_000 }, virtualClock())
  const keys = { generation: 1, until: Infinity }
  cache.set('a', 'A', keys)
  cache.set('b', 'B', ground)
  keys.generation = 2
  expect(cache.get('a')).toBeUndefined()
  expect(cache.get('b')).toBe('B')
})

test('with no room at all nothing is remembered', () => {
  const cache = new ResultCache<string>({ maxEntries: 0, ttlMs: 60_000 }, virtualClock())
  cache.set('a', 'A', ground)
  expect(cache.get('a')).toBeUndefined()
})

test('an entry does not outlive what it rests on', () => {
  const clock = virtualClock()
  const cache = new ResultCache<string>({ maxEntries: 10, ttlMs: 60_000 }, clock)
  cache.set('a', 'A', { generation: 1, until: clock.monotonic() + 10 })
  clock.advance(9)
  expect(cache.get('a')).toBe('A')
  clock.advance(1)
  expect(cache.get('a')).toBeUndefined()
})

test('the oldest leaves, however many left before it and by which way', () => {
  const clock = virtualClock()
  const cache = new ResultCache<number>({ maxEntries: 3, ttlMs: 60_000 }, clock)
  const keys = { generation: 1, until: Infinity }
  for (let i = 0; i < 1_000; i++) {
    cache.set(`k${i}`, i, i % 2 === 0 ? keys : ground)
    if (i % 7 === 0) keys.generation++
    if (i % 3 === 0) cache.get(`k${i - 1}`)
    if (i % 5 === 0) cache.set(`k${i - 1}`, i - 1, ground)
  }
  for (const name of ['x', 'y', 'z']) cache.set(name, 1, ground)
  expect([...Array(1_000).keys()].filter((i) => cache.get(`k${i}`) !== undefined)).toEqual([])
  expect(['x', 'y', 'z'].map((name) => cache.get(name))).toEqual([1, 1, 1])
})

test('digests that begin alike push each other out and never answer for each other', () => {
  const cache = new ResultCache<string>({ maxEntries: 10, ttlMs: 60_000 }, virtualClock())
  cache.set('same-1', 'one', ground)
  expect(cache.get('same-2')).toBeUndefined()
  cache.set('same-2', 'two', ground)
  expect(cache.get('same-1')).toBeUndefined()
  expect(cache.get('same-2')).toBe('two')
})
