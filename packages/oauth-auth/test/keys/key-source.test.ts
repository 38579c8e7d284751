import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { KeySource, type KeyEvent } from '../../src/keys/key-source.ts'
import { readKeySet, type KeySet } from '../../src/keys/key-set.ts'
import { LoadError } from '../../src/keys/load-keys.ts'
import { signingKey } from '../support/issuer.ts'
import { virtualClock, type VirtualClock } from '../support/virtual-clock.ts'

const MINUTE = 60_000
const first = signingKey('ES256', 'first')
const second = signingKey('ES256', 'second')

let clock: VirtualClock
let source: KeySource
let events: KeyEvent[]
let loads: number
let answer: () => Promise<KeySet>

beforeEach(() => {
  clock = virtualClock()
  events = []
  loads = 0
  answer = serving(first)
  source = new KeySource({
    clock,
    onEvent: (event) => void events.push(event),
    load: () => {
      loads++
      return answer()
    },
  })
})
afterEach(() => source.close())

function serving(...keys: (typeof first)[]): () => Promise<KeySet> {
  return () =>
    Promise.resolve(readKeySet(Buffer.from(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) })), ['ES256'])!)
}

/** Until everything that can be done without waiting is done. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const failing = (): Promise<never> => Promise.reject(new LoadError('status'))

/** How many keys match, or `down`. */
async function find(kid: string): Promise<number | 'down'> {
  const lookup = await source.find(kid, 'ES256')
  return 'retryAfterMs' in lookup ? 'down' : lookup.length
}

test('50 requests before any key is known cost one load', async () => {
  expect(await Promise.all(Array.from({ length: 50 }, () => find('first')))).toEqual(Array(50).fill(1))
  expect(loads).toBe(1)
})

test('keys are used at once for 4.5 min, then loaded again behind the request, then before it', async () => {
  await find('first')
  clock.advance(270_000 - 1)
  expect(source.find('first', 'ES256')).toHaveLength(1)
  expect(loads).toBe(1)
  clock.advance(1)
  expect(source.find('first', 'ES256')).toHaveLength(1)
  expect(loads).toBe(2)
  await settled()
  clock.advance(10 * MINUTE)
  answer = serving(second)
  expect(source.find('first', 'ES256')).toBeInstanceOf(Promise)
  expect(loads).toBe(3)
  expect(await find('first')).toBe(0)
  expect(await find('second')).toBe(1)
})

test('the age of keys counts from when they were asked for: that is how old they may be', async () => {
  answer = () => {
    clock.advance(4_000)
    return serving(first)()
  }
  await find('first')
  clock.advance(270_000 - 4_000 - 1)
  await find('first')
  expect(loads).toBe(1)
  clock.advance(1)
  await find('first')
  expect(loads).toBe(2)
})

test('a load that nobody waits for is given up after 5 s', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  let given: AbortSignal | undefined
  const hanging = new KeySource({
    clock,
    onEvent: (event) => void events.push(event),
    load: (signal) => {
      given = signal
      return new Promise(() => {})
    },
  })
  const lookup = hanging.find('first', 'ES256')
  await vi.advanceTimersByTimeAsync(4_999)
  expect([given?.aborted, events]).toEqual([false, []])
  await vi.advanceTimersByTimeAsync(1)
  expect([given?.aborted, events]).toEqual([true, [{ type: 'keys_failed', reason: 'timeout', failures: 1 }]])
  expect(await lookup).toEqual({ retryAfterMs: 1_000 })
  hanging.close()
})

test('a refresh that hangs holds a request up for 200 ms at most', async () => {
  await find('first')
  clock.advance(5 * MINUTE)
  answer = () => new Promise(() => {})
  const started = performance.now()
  expect(await find('first')).toBe(1)
  expect(performance.now() - started).toBeLessThan(400)
})

test('TS-07 10,000 unknown keys while loads fail cost at most one load per 30 s and are a 503', async () => {
  await find('first')
  answer = failing
  const outcomes = new Set<number | 'down'>()
  for (let i = 0; i < 10_000; i++) {
    clock.advance(30)
    outcomes.add(await find(`random-${i}`))
  }
  // 300 s: the first ones fall into the 30 s after the good load, and are unknown.
  expect(outcomes).toEqual(new Set([0, 'down']))
  expect(loads).toBe(1 + 10)
  expect(await find('first')).toBe(1)
})

test('10,000 unknown keys while loads succeed cost at most one load per 30 s and are unknown', async () => {
  await find('first')
  for (let i = 0; i < 10_000; i++) {
    clock.advance(30)
    expect(await find(`random-${i}`)).toBe(0)
  }
  expect(loads).toBe(1 + 10)
})

test('a new key of the issuer is found by the first token that needs it, 30 s after the last load', async () => {
  await find('first')
  answer = serving(first, second)
  clock.advance(29_999)
  expect(await find('second')).toBe(0)
  clock.advance(1)
  expect(await find('second')).toBe(1)
})

test('without keys, attempts back off from 1 s to 30 s', async () => {
  answer = failing
  const attempts: number[] = []
  for (let t = 0; t < 200; t++) {
    const before = loads
    expect(await find('first')).toBe('down')
    if (loads > before) attempts.push(t)
    clock.advance(1_000)
  }
  expect(attempts).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121, 151, 181])
})

test('the wait told to a client is the time until the next attempt', async () => {
  answer = failing
  await find('first')
  expect(source.find('first', 'ES256')).toEqual({ retryAfterMs: 1_000 })
  clock.advance(400)
  expect(source.find('first', 'ES256')).toEqual({ retryAfterMs: 600 })
})

describe('an outage', () => {
  test('is survived for an hour with the known keys, then nothing is accepted', async () => {
    await find('first')
    answer = failing
    for (let minute = 0; minute < 59; minute++) {
      clock.advance(MINUTE)
      expect(await find('first')).toBe(1)
    }
    const { generation } = source
    clock.advance(MINUTE)
    expect(await find('first')).toBe('down')
    expect(source.generation).toBe(generation + 1)
    expect(events).toContainEqual({ type: 'keys_expired' })
    expect(loads).toBeLessThanOrEqual(1 + 120)
  })

  test('makes an unknown key a 503, and its end makes it a verdict again', async () => {
    await find('first')
    answer = failing
    clock.advance(30_000)
    expect(await find('second')).toBe('down')
    expect(await find('second')).toBe('down')
    answer = serving(first)
    clock.advance(30_000)
    expect(await find('second')).toBe(0)
  })

  test('holds nobody up once it is known', async () => {
    await find('first')
    answer = failing
    clock.advance(6 * MINUTE)
    await find('first')
    clock.advance(MINUTE)
    answer = () => new Promise(() => {})
    expect(source.find('first', 'ES256')).toHaveLength(1)
  })
})

test('a generation ends when the set of keys changes, and only then', async () => {
  await find('first')
  const { generation } = source
  clock.advance(6 * MINUTE)
  await find('first')
  expect(loads).toBe(2)
  expect(source.generation).toBe(generation)
  answer = serving(first, second)
  clock.advance(6 * MINUTE)
  await find('first')
  expect(source.generation).toBe(generation + 1)
})

test('readiness asks for keys by itself, no more often than the backoff allows', async () => {
  answer = failing
  for (let i = 0; i < 100; i++) expect(source.hasKeys()).toBe(false)
  expect(loads).toBe(1)
  await settled()
  answer = serving(first)
  clock.advance(1_000)
  expect(source.hasKeys()).toBe(false)
  await settled()
  expect(source.hasKeys()).toBe(true)
})

test('events tell what happened', async () => {
  answer = failing
  await find('first')
  answer = serving(first)
  clock.advance(1_000)
  await find('first')
  expect(events).toEqual([
    { type: 'keys_failed', reason: 'status', failures: 1 },
    { type: 'keys_loaded', usable: 1, ignored: 0, changed: true },
  ])
})

test('what a load brings after close is not heard of', async () => {
  let arrive = (_keys: KeySet): void => undefined
  answer = () => new Promise((resolve) => (arrive = resolve))
  const lookup = find('first')
  source.close()
  arrive(await serving(first)())
  expect([await lookup, events]).toEqual(['down', []])
})

test('after close nothing is loaded', async () => {
  source.close()
  expect(await find('first')).toBe('down')
  expect(loads).toBe(0)
})
