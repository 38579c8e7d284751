import { expect, test } from 'vitest'
import { createLimiter, policy, rateLimitFields, rateLimitMembers } from '../src/index.ts'
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
