import { guards, problem, type Deny, type Outcome, type Principal } from '@ringfence/guard'
import { verifies, violates } from '@ringfence/policy'
import { expect, test } from 'vitest'
import { byAddress, byPrincipal, byRoute, policy, rateLimit } from '../src/index.ts'
import { caller, request } from './support/requests.ts'
import { VirtualClock } from './support/virtual-clock.ts'

const admitted = (outcomes: readonly unknown[]): number => outcomes.filter((one) => (one as Outcome<{}>).ok).length

verifies('TR-15', '10 requests per second per endpoint, over all callers and as a guard in a chain', async () => {
  const clock = new VirtualClock()
  const chain = guards().use(
    rateLimit({ policies: [policy({ name: 'endpoint', limit: 10, windowMs: 1000, key: byRoute })], clock }),
  )
  const outcomes = Array.from({ length: 25 }, () => chain.run(request()))
  expect(admitted(outcomes)).toBe(10)
  expect(outcomes[24]).toEqual({
    ok: false,
    code: 'rate_limited',
    headers: [
      ['ratelimit-policy', '"endpoint";q=10;w=1'],
      ['ratelimit', '"endpoint";r=0;t=1;ringfence-wait-ms=1000'],
      ['retry-after', '1'],
      ['cache-control', 'no-store'],
    ],
    members: { 'violated-policies': ['endpoint'], retryAfterMs: 1000 },
    internal: { violated: ['endpoint'] },
  })
  expect(JSON.parse(problem(outcomes[24] as Deny, 'r-1').body)).toMatchObject({
    type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
    status: 429,
    'violated-policies': ['endpoint'],
    retryAfterMs: 1000,
  })
  const cancel = Array.from({ length: 10 }, () => chain.run(request({ route: 'DELETE /v1/orders/:id' })))
  expect(admitted(cancel)).toBe(10)
})

violates('TR-15', 'a guard whose key is not the endpoint lets placing starve cancelling, and is caught', async () => {
  const everything = policy({ name: 'endpoint', limit: 10, windowMs: 1000, key: () => 'all' })
  const chain = guards().use(rateLimit({ policies: [everything], clock: new VirtualClock() }))
  for (let i = 0; i < 25; i++) void chain.run(request())
  const cancel = Array.from({ length: 10 }, () => chain.run(request({ route: 'DELETE /v1/orders/:id' })))
  expect(admitted(cancel)).not.toBe(10)
})

test('per endpoint and per caller in one check: a caller over its limit takes nothing from the others', () => {
  const limits = rateLimit({
    policies: [
      policy({ name: 'endpoint', limit: 10, windowMs: 1000, key: byRoute }),
      policy({ name: 'caller', limit: 4, windowMs: 1000, key: byPrincipal }),
    ],
    needs: ['principal'],
    clock: new VirtualClock(),
  })
  const tries = (id: string, count: number): number =>
    admitted(Array.from({ length: count }, () => limits.check(request(), caller(id))))
  expect(tries('greedy', 100)).toBe(4)
  expect(tries('second', 4)).toBe(4)
  expect(tries('third', 4)).toBe(2)
  expect(limits.check(request(), caller('greedy'))).toMatchObject({
    members: { 'violated-policies': ['endpoint', 'caller'] },
  })
})

test('an address has one budget in all its spellings, and IPv6 is counted per /64', () => {
  const limits = rateLimit({
    policies: [policy({ name: 'address', limit: 2, windowMs: 1000, key: byAddress() })],
    clock: new VirtualClock(),
  })
  const passes = (address: string, entry?: string): boolean =>
    (limits.check(request({ address, ...(entry && { entry }) }), {}) as Outcome<{}>).ok
  expect([passes('192.0.2.7'), passes('::ffff:192.0.2.7'), passes('::FFFF:c000:207')]).toEqual([true, true, false])
  expect([passes('2001:db8::1'), passes('2001:DB8::2'), passes('2001:db8:0:0:ffff::9')]).toEqual([true, true, false])
  expect(passes('2001:db8:0:1::1')).toBe(true)
  // Two IPv4 clients never share a budget because both are mapped.
  expect([passes('::ffff:198.51.100.1'), passes('::ffff:198.51.100.2')]).toEqual([true, true])
  expect(passes('192.0.2.7', '127.0.0.2:7101')).toBe(true)
})

test('a peer without an address is refused, not counted as everybody', async () => {
  const chain = guards().use(rateLimit({ policies: [policy({ name: 'a', limit: 1, windowMs: 1, key: byAddress() })] }))
  expect(await chain.run(request({ address: '' }))).toMatchObject({ ok: false, code: 'guard_failed' })
})

test('a forged principal is refused', () => {
  const limits = rateLimit({ policies: [policy({ name: 'a', limit: 1, windowMs: 1, key: byPrincipal })] })
  const forged = { principal: Object.create(caller('a').principal) as Principal }
  expect(() => limits.check(request(), forged)).toThrow(expect.objectContaining({ code: 'guard_misused' }))
})

test('a weight above the limit can never pass: 400, not 429; other nonsense fails closed', async () => {
  let cost = 3
  const limits = rateLimit({
    policies: [policy({ name: 'weight', limit: 5, windowMs: 1000, key: byRoute })],
    cost: () => cost,
    clock: new VirtualClock(),
  })
  const chain = guards().use(limits)
  expect(await chain.run(request())).toMatchObject({ ok: true })
  cost = 6
  expect(await chain.run(request())).toMatchObject({ ok: false, code: 'request_malformed' })
  for (cost of [Number.NaN, -1, 0, 0.5]) expect(await chain.run(request())).toMatchObject({ code: 'guard_failed' })
  cost = 2
  expect(await chain.run(request())).toMatchObject({ ok: true })
})

test('a shadow refuses no weight, not even one that it could never admit, and says so in valid fields', async () => {
  const limits = rateLimit({
    policies: [
      policy({ name: 'weight', limit: 5, windowMs: 1000, key: byRoute }),
      policy({ name: 'planned', limit: 2, windowMs: 1000, key: byRoute, shadow: true }),
    ],
    cost: () => 3,
    clock: new VirtualClock(),
  })
  const [first, second] = [limits.check(request(), {}), limits.check(request(), {})]
  expect(first).toMatchObject({
    ok: true,
    headers: [
      ['ratelimit-policy', '"weight";q=5;w=1, "planned";q=2;w=1'],
      ['ratelimit', '"weight";r=2;t=1, "planned";r=2'],
    ],
  })
  expect(second).toMatchObject({ code: 'rate_limited', members: { 'violated-policies': ['weight'] } })
  expect(limits.limiter.capacity('POST /v1/orders')).toBe(5)
  const verdict = await limits.limiter.peek('other', 3)
  expect(verdict).toMatchObject({ allowed: true, shadowed: ['planned'], retryAfterMs: 0 })
  expect(verdict.policies[1]).toMatchObject({ remaining: 2, retryAfterMs: Infinity })
})

test('a policy without a key is refused when the guard is made', () => {
  expect(() => rateLimit({ policies: [policy({ name: 'a', limit: 1, windowMs: 1 })] })).toThrow('needs a key function')
})

test('metrics are told every verdict, shadow policies included', () => {
  const told: unknown[] = []
  const limits = rateLimit({
    policies: [
      policy({ name: 'endpoint', limit: 3, windowMs: 1000, key: byRoute }),
      policy({ name: 'planned', limit: 1, windowMs: 1000, key: byRoute, shadow: true }),
    ],
    onVerdict: ({ allowed, violated, shadowed }, { route }) => told.push([route, allowed, ...violated, ...shadowed]),
    clock: new VirtualClock(),
  })
  const outcomes = Array.from({ length: 4 }, () => limits.check(request(), {}))
  expect(admitted(outcomes)).toBe(3)
  expect(told).toEqual([
    ['POST /v1/orders', true],
    ['POST /v1/orders', true, 'planned'],
    ['POST /v1/orders', true, 'planned'],
    ['POST /v1/orders', false, 'endpoint', 'planned'],
  ])
  expect(outcomes[3]).toMatchObject({ members: { 'violated-policies': ['endpoint'] } })
})

test('a limit of a key of its own is announced, and a weight above it is a 400', async () => {
  const small = policy({
    name: 'endpoint',
    limit: 10,
    windowMs: 1000,
    key: byRoute,
    limitOf: (key) => (key === 'POST /v1/orders' ? 2 : undefined),
  })
  let cost = 1
  const chain = guards().use(rateLimit({ policies: [small], cost: () => cost, clock: new VirtualClock() }))
  expect(await chain.run(request())).toMatchObject({
    headers: [['ratelimit-policy', '"endpoint";q=2;w=1'], expect.anything()],
  })
  expect(await chain.run(request({ route: 'GET /v1/orders' }))).toMatchObject({
    headers: [['ratelimit-policy', '"endpoint";q=10;w=1'], expect.anything()],
  })
  cost = 3
  expect(await chain.run(request())).toMatchObject({ ok: false, code: 'request_malformed' })
})
