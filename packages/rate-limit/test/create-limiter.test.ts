import { verifies, violates } from '@ringfence/policy'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLimiter, policy } from '../src/index.ts'
import { attacks } from './support/attacks.ts'
import { Model, plain, scenario } from './support/model.ts'
import { busiestWindow } from './support/reference.ts'
import { VirtualClock } from './support/virtual-clock.ts'

const tenPerSecond = policy({ name: 'burst', limit: 10, windowMs: 1000 })

for (const [name, attack] of Object.entries(attacks)) {
  verifies('TR-15', `at most 10 in any window of one second: ${name}`, () => {
    const clock = new VirtualClock()
    const limiter = createLimiter({ policies: [tenPerSecond], clock })
    const admitted = run(attack(clock.now()), () => limiter.consume('key').allowed, clock)
    expect(busiestWindow(admitted, 1000)).toBe(10)
  })
}

describe('limiters in use elsewhere are caught by the same check', () => {
  violates('TR-15', 'a fixed window that starts at the first hit', () => {
    expect(worst(firstHitWindow)).toBeGreaterThan(10)
  })
  violates('TR-15', 'a fixed window on the calendar second', () => {
    expect(worst(calendarWindow)).toBeGreaterThan(10)
  })
  violates('TR-15', 'a token bucket', () => {
    expect(worst(tokenBucket)).toBeGreaterThan(10)
  })
  violates('TR-15', 'a sliding counter', () => {
    expect(worst(slidingCounter)).toBeGreaterThan(10)
  })
  violates('TR-15', 'a log on whole milliseconds', () => {
    // Stamps of 0.99 and 1000.01 look 1000 ms apart.
    const clock = new VirtualClock()
    const whole = { monotonic: () => Math.floor(clock.time) }
    const limiter = createLimiter({ policies: [tenPerSecond], clock: whole })
    const bursts = [0.96875, ...Array<number>(9).fill(0), 999.03125, ...Array<number>(9).fill(0)]
    const admitted = run(bursts, () => limiter.consume('key').allowed, clock)
    expect(busiestWindow(admitted, 1000)).toBeGreaterThan(10)
  })
})

verifies('TR-15', 'the full burst of 10 passes at once, the 11th waits for exactly the first to leave', () => {
  const clock = new VirtualClock()
  const limiter = createLimiter({ policies: [tenPerSecond], clock })
  for (let i = 0; i < 10; i++) {
    expect(limiter.consume('key')).toMatchObject({ allowed: true, remaining: 9 - i })
    clock.advance(1)
  }
  expect(limiter.consume('key')).toMatchObject({ allowed: false, retryAfterMs: 990, remaining: 0, violated: ['burst'] })
  clock.advance(989.984375)
  expect(limiter.consume('key').allowed).toBe(false)
  clock.advance(0.015625)
  expect(limiter.consume('key').allowed).toBe(true)
  expect(limiter.consume('key').allowed).toBe(false)
})

verifies(
  ['TS-17/tool', 'TS-17/client'],
  'per tool and client: one client of one tool never uses up what another has',
  () => {
    const clock = new VirtualClock()
    const limiter = createLimiter({ policies: [tenPerSecond], clock })
    const admitted = ['a', 'b'].flatMap((client) =>
      ['fetch_url', 'list_orders'].map((tool) => {
        const key = `${tool}/${client}`
        return Array.from({ length: 30 }, () => limiter.consume(key).allowed).filter(Boolean).length
      }),
    )
    expect(admitted).toEqual([10, 10, 10, 10])
  },
)

violates(['TS-17/tool', 'TS-17/client'], 'a limiter that counts all clients together is caught', () => {
  const limiter = createLimiter({ policies: [tenPerSecond], clock: new VirtualClock() })
  const admitted = ['a', 'b'].map(
    () => Array.from({ length: 30 }, () => limiter.consume('everyone').allowed).filter(Boolean).length,
  )
  expect(admitted).not.toEqual([10, 10])
})

test('every verdict equals the model: several policies, shadows, weights, peeks, keys, limits that change', () => {
  fc.assert(
    fc.property(scenario(200), (given) => {
      const model = new Model(given, 1)
      const clock = new VirtualClock()
      const limiter = createLimiter({ policies: model.policies, clock })
      for (const call of given.calls) {
        clock.advance(call.step / 64)
        const { keys, cost } = model.ask(call)
        const verdict = call.take ? limiter.consume(keys, cost) : limiter.peek(keys, cost)
        expect(plain(verdict)).toEqual(model.expect(call, clock.time))
      }
    }),
    { numRuns: 300 },
  )
})

test('a bound limiter answers as the limiter does, whatever the limits of its key become', () => {
  fc.assert(
    fc.property(scenario(60), (given) => {
      const models = [new Model(given, 1), new Model(given, 1)] as const
      const clock = new VirtualClock()
      const keys = ['a', 'b', 'c'].slice(0, given.policies.length)
      const limiter = createLimiter({ policies: models[0].policies, clock })
      const bound = createLimiter({ policies: models[1].policies, clock }).bind(keys)
      for (const call of given.calls) {
        clock.advance(call.step / 64)
        const { cost } = models[0].ask(call)
        models[1].ask(call)
        const verdict = call.take ? limiter.consume(keys, cost) : limiter.peek(keys, cost)
        const { policies, ...rest } = plain(call.take ? bound.consume(cost) : bound.peek(cost))
        expect({ ...rest, policies: [] }).toEqual({ ...plain(verdict), policies: [] })
        expect(policies.map(({ remaining }) => remaining)).toEqual(verdict.policies.map(({ remaining }) => remaining))
      }
    }),
  )
})

test('a bound limiter and the limiter itself count in the same logs', () => {
  const limiter = createLimiter({ policies: [tenPerSecond], clock: new VirtualClock() })
  const bound = limiter.bind('key')
  for (let i = 0; i < 5; i++) {
    expect(bound.consume().allowed).toBe(true)
    expect(limiter.consume('key').allowed).toBe(true)
  }
  expect(bound.consume().allowed).toBe(false)
  expect(bound.peek().allowed).toBe(false)
  expect(limiter.consume('key').allowed).toBe(false)
})

test('all or nothing: a request that one policy denies is counted by none', () => {
  const clock = new VirtualClock()
  const wide = policy({ name: 'wide', limit: 5, windowMs: 1000 })
  const narrow = policy({ name: 'narrow', limit: 1, windowMs: 1000 })
  const limiter = createLimiter({ policies: [wide, narrow], clock })
  expect(limiter.consume(['all', 'a']).allowed).toBe(true)
  for (let i = 0; i < 100; i++) expect(limiter.consume(['all', 'a']).violated).toEqual(['narrow'])
  for (const key of ['b', 'c', 'd', 'e']) expect(limiter.consume(['all', key]).allowed).toBe(true)
  expect(limiter.consume(['all', 'f']).violated).toEqual(['wide'])
  expect(limiter.consume(['all', 'a']).violated).toEqual(['wide', 'narrow'])
})

test('calls in one tick are counted one by one, and verdicts are snapshots', () => {
  const limiter = createLimiter({ policies: [tenPerSecond], clock: new VirtualClock() })
  const verdicts = Array.from({ length: 15 }, () => limiter.consume('key'))
  expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(10)
  expect(verdicts.map(({ remaining }) => remaining)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0, 0, 0, 0])
})

test('however the fractions of times round, no window is shorter than it says', () => {
  const fraction = fc.double({ min: 0, max: 2 ** 20, noNaN: true, noDefaultInfinity: true })
  const step = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 3, noNaN: true }), fc.constant('retry' as const))
  fc.assert(
    fc.property(fraction, fc.integer({ min: 1, max: 3 }), fc.array(step, { maxLength: 60 }), (start, limit, steps) => {
      const clock = new VirtualClock(start)
      const limiter = createLimiter({ policies: [policy({ name: 'p', limit, windowMs: 7 })], clock })
      const admitted: number[] = []
      for (const one of steps) {
        clock.advance(one === 'retry' ? limiter.peek('key').retryAfterMs : one)
        if (limiter.consume('key').allowed) admitted.push(clock.time)
      }
      for (const [i, last] of admitted.slice(limit).entries()) expect(last - admitted[i]!).toBeGreaterThanOrEqual(7)
    }),
    { numRuns: 2000 },
  )
})

test('a clock that goes back or turns NaN admits nothing more', () => {
  const clock = new VirtualClock(100_000)
  const limiter = createLimiter({ policies: [tenPerSecond], clock })
  for (let i = 0; i < 10; i++) limiter.consume('key')
  for (const time of [50_000, 0, -1, Number.NaN, Number.NEGATIVE_INFINITY, 100_999]) {
    clock.time = time
    expect(limiter.consume('key').allowed).toBe(false)
  }
  clock.time = 101_000
  expect(limiter.consume('key').allowed).toBe(true)
})

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 11, '1' as unknown as number])(
  'cost %s is refused',
  (cost) => {
    const limiter = createLimiter({ policies: [tenPerSecond] })
    expect(() => limiter.consume('key', cost)).toThrow('cost must be a whole number from 1 to 10')
    expect(() => limiter.peek('key', cost)).toThrow(expect.objectContaining({ code: 'option_invalid' }))
  },
)

test('a shadow policy counts and reports, and denies nothing', () => {
  const shadow = policy({ name: 'planned', limit: 2, windowMs: 1000, shadow: true })
  const clock = new VirtualClock()
  const limiter = createLimiter({ policies: [shadow], clock })
  const verdicts = Array.from({ length: 4 }, () => limiter.consume('key'))
  expect(verdicts.map(({ allowed }) => allowed)).toEqual([true, true, true, true])
  expect(verdicts.map(({ shadowed }) => shadowed.length)).toEqual([0, 0, 1, 1])
  expect(verdicts[3]).toMatchObject({ retryAfterMs: 0, violated: [], shadowed: ['planned'], remaining: Infinity })
  expect(verdicts[3]!.policies).toMatchObject([{ remaining: 0, retryAfterMs: 1000 }])
})

test('a limit of a key of its own holds from the next call on', () => {
  const limits = new Map([['small', 2]])
  const own = policy({ name: 'own', limit: 5, windowMs: 1000, limitOf: (key) => limits.get(String(key)) })
  const limiter = createLimiter({ policies: [own], clock: new VirtualClock() })
  const admitted = (key: string): number =>
    Array.from({ length: 9 }, () => limiter.consume(key).allowed).filter(Boolean).length
  expect([admitted('small'), admitted('other')]).toEqual([2, 5])
  limits.set('small', 4)
  expect(admitted('small')).toBe(2)
  expect(limiter.capacity('small')).toBe(4)
  expect(() => limiter.consume('small', 5)).toThrow('from 1 to 4')
  for (const wrong of [0, 6, 1.5, Number.NaN]) {
    limits.set('small', wrong)
    expect(() => limiter.consume('small')).toThrow('limitOf of "own"')
  }
})

test('mistakes in the policies are refused', () => {
  expect(() => createLimiter({ policies: [] })).toThrow('1 to 8 policies')
  expect(() =>
    createLimiter({ policies: Array.from({ length: 9 }, (_, i) => policy({ name: `p${i}`, limit: 1, windowMs: 1 })) }),
  ).toThrow('1 to 8')
  expect(() => createLimiter({ policies: [tenPerSecond, tenPerSecond] })).toThrow('the same name')
  expect(() => createLimiter({ policies: [tenPerSecond] }).consume(['a', 'b'])).toThrow('one for each of 1 policies')
})

/** Tries once; true if it was admitted. */
type Attempt = () => boolean

/** Answers the times of all admissions. */
function run(steps: readonly number[], attempt: Attempt, clock: VirtualClock): number[] {
  const admitted: number[] = []
  for (const step of steps) {
    clock.advance(step)
    if (attempt()) admitted.push(clock.time)
  }
  return admitted
}

function worst(make: (clock: VirtualClock) => Attempt): number {
  return Math.max(
    ...Object.values(attacks).map((attack) => {
      const clock = new VirtualClock()
      return busiestWindow(run(attack(clock.now()), make(clock), clock), 1000)
    }),
  )
}

function firstHitWindow(clock: VirtualClock): Attempt {
  let start = -Infinity
  let count = 0
  return () => {
    if (clock.time - start >= 1000) [start, count] = [clock.time, 0]
    return ++count <= 10
  }
}

function calendarWindow(clock: VirtualClock): Attempt {
  let second = -1
  let count = 0
  return () => {
    const now = Math.floor(clock.now() / 1000)
    if (now !== second) [second, count] = [now, 0]
    return ++count <= 10
  }
}

function tokenBucket(clock: VirtualClock): Attempt {
  let tokens = 10
  let last = clock.time
  return () => {
    tokens = Math.min(10, tokens + (clock.time - last) / 100)
    last = clock.time
    if (tokens < 1) return false
    tokens--
    return true
  }
}

function slidingCounter(clock: VirtualClock): Attempt {
  let second = -1
  let [before, count] = [0, 0]
  return () => {
    const now = Math.floor(clock.now() / 1000)
    if (now !== second) [before, count, second] = [now === second + 1 ? count : 0, 0, now]
    const weight = Math.floor((1 - (clock.now() % 1000) / 1000) * before)
    if (weight + count >= 10) return false
    count++
    return true
  }
}
