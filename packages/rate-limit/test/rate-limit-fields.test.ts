import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLimiter, policy, rateLimitFields, rateLimitMembers, type Verdict } from '../src/index.ts'
import { Model, scenario, type Call } from './support/model.ts'
import { VirtualClock } from './support/virtual-clock.ts'

const burst = policy({ name: 'burst', limit: 2, windowMs: 1000 })
const daily = policy({ name: 'daily', limit: 1000, windowMs: 86_400_000, maxKeys: 8 })

test('what is left, and when there is more', () => {
  const clock = new VirtualClock()
  const limiter = createLimiter({ policies: [burst, daily], clock })
  const policies = ['ratelimit-policy', '"burst";q=2;w=1, "daily";q=1000;w=86400']
  expect(rateLimitFields(limiter.peek('k'))).toEqual([policies, ['ratelimit', '"burst";r=2, "daily";r=1000']])
  expect(rateLimitFields(limiter.consume('k'))).toEqual([
    policies,
    ['ratelimit', '"burst";r=1;t=1, "daily";r=999;t=86400'],
  ])
})

test('a denial says how long to wait: whole seconds for the standard field, milliseconds beside it', () => {
  const clock = new VirtualClock()
  const limiter = createLimiter({ policies: [burst], clock })
  limiter.consume('k')
  limiter.consume('k')
  clock.advance(249.5)
  const verdict = limiter.consume('k')
  expect(rateLimitFields(verdict)).toEqual([
    ['ratelimit-policy', '"burst";q=2;w=1'],
    ['ratelimit', '"burst";r=0;t=1;ringfence-wait-ms=751'],
    ['retry-after', '1'],
  ])
  expect(rateLimitMembers(verdict)).toEqual({ 'violated-policies': ['burst'], retryAfterMs: 751 })
  clock.advance(751)
  expect(limiter.consume('k').allowed).toBe(true)
})

test('a window that is no whole number of seconds is never announced shorter than it is', () => {
  const odd = policy({ name: 'odd', limit: 1, windowMs: 1500 })
  const fields = rateLimitFields(createLimiter({ policies: [odd] }).consume('k'))
  expect(fields).toEqual([
    ['ratelimit-policy', '"odd";q=1;w=2'],
    ['ratelimit', '"odd";r=0;t=2'],
  ])
})

test('whatever happens, the fields are structured fields that tell the truth, and who obeys them is admitted', () => {
  fc.assert(
    fc.property(scenario(40), (given) => {
      fc.pre(given.calls.length > 0)
      const model = new Model(given, 100)
      const clock = new VirtualClock()
      const limiter = createLimiter({ policies: model.policies, clock })
      const judge = (call: Call): Verdict => {
        clock.advance(call.step)
        const { keys, cost } = model.ask(call)
        return call.take ? limiter.consume(keys, cost) : limiter.peek(keys, cost)
      }
      const verdict = given.calls.map(judge).at(-1)!
      const [[, policies], [, states], [, retry] = []] = rateLimitFields(verdict) as [Field, Field, Field?]
      expect(policies).toMatch(POLICIES)
      expect(states).toMatch(STATES)
      expect(retry === undefined).toBe(verdict.allowed)
      const { keys, cost } = model.ask(given.calls.at(-1)!)
      const promises: { readonly afterMs: number; readonly holds: () => boolean }[] = []
      for (const [i, state] of states.split(', ').entries()) {
        const left = Number(/;r=(\d+)/.exec(state)![1])
        const grows = /;t=(\d+)/.exec(state)?.[1]
        expect(grows === undefined).toBe(left === verdict.policies[i]!.limit)
        if (grows === undefined) continue
        const holds = (): boolean => limiter.peek(keys).policies[i]!.remaining > left
        promises.push({ afterMs: Number(grows) * 1000, holds })
      }
      if (retry !== undefined) {
        const holds = (): boolean => limiter.peek(keys, cost).allowed
        const exact = rateLimitMembers(verdict)['retryAfterMs'] as number
        promises.push({ afterMs: exact, holds }, { afterMs: Number(retry) * 1000, holds })
      }
      const asked = clock.time
      for (const { afterMs, holds } of promises.toSorted((a, b) => a.afterMs - b.afterMs)) {
        clock.time = asked + afterMs
        expect([afterMs, holds()]).toEqual([afterMs, true])
      }
    }),
    { numRuns: 1000 },
  )
})

type Field = readonly [name: string, value: string]

/** RFC 9651: a List of Strings whose parameters are Integers of at most 15 digits. */
const list = (item: string): RegExp => new RegExp(`^${item}(?:, ${item})*$`)
const POLICIES = list('"[a-z0-9-]+";q=[1-9]\\d{0,14};w=[1-9]\\d{0,14}')
const STATES = list('"[a-z0-9-]+";r=\\d{1,15}(?:;t=[1-9]\\d{0,14})?(?:;ringfence-wait-ms=[1-9]\\d{0,14})?')
