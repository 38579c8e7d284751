import { expect, test } from 'vitest'
import { connected, server, timed } from './support/harness.ts'

const add = {
  batch: 64,
  lua: `local replies = {}
for i, key in ipairs(KEYS) do
  if ARGV[i] == 'fail' then replies[i] = redis.error_reply('SECRET quoted')
  elseif ARGV[i] == 'raise' then return redis.call('NOSUCH')
  else replies[i] = redis.call('INCRBY', key, ARGV[i]) end
end
return replies`,
}

test('calls of one tick are one command, each with its own reply, in order', async () => {
  const redis = await connected({ url: (await server()).url })
  const script = redis.script(add)
  const sums = await Promise.all(Array.from({ length: 50 }, (_, i) => script.run(['sum'], [String(i)])))
  expect(sums).toEqual(Array.from({ length: 50 }, (_, i) => (i * (i + 1)) / 2))
  const stats = String(await redis.command(['INFO', 'commandstats']))
  expect(stats).toMatch(/cmdstat_evalsha:calls=1,/)
  expect(stats).toMatch(/cmdstat_eval:calls=1,/)
})

test('a batch never holds more than 64 calls', async () => {
  const redis = await connected({ url: (await server()).url })
  const script = redis.script(add)
  await script.run(['sum'], ['0'])
  await redis.command(['CONFIG', 'RESETSTAT'])
  await Promise.all(Array.from({ length: 200 }, () => script.run(['sum'], ['1'])))
  expect(await redis.command(['GET', 'sum'])).toBe('200')
  expect(await redis.command(['INFO', 'commandstats'])).toMatch(/cmdstat_evalsha:calls=4,/)
})

test('arguments that all calls have are sent once, if the script says so', async () => {
  const redis = await connected({ url: (await server()).url })
  const lua = 'local replies = {} for i = 1, #KEYS do replies[i] = table.concat(ARGV, " ") end return replies'
  const script = redis.script({ batch: 64, sharedArguments: true, lua })
  const ask = async (calls: readonly (readonly string[])[]): Promise<unknown> =>
    Promise.all(calls.map(async (args) => script.run(['key'], args)))
  expect(
    await ask([
      ['1', '2'],
      ['1', '2'],
      ['1', '2'],
    ]),
  ).toEqual(['1 2', '1 2', '1 2'])
  expect(
    await ask([
      ['1', '2'],
      ['1', '3'],
    ]),
  ).toEqual(['1 2 1 3', '1 2 1 3'])
  const each = redis.script({ batch: 64, lua })
  expect(await Promise.all([1, 2].map(async () => each.run(['key'], ['1'])))).toEqual(['1 1', '1 1'])
})

test('one call fails alone by an error reply, and the reply is not quoted', async () => {
  const redis = await connected({ url: (await server()).url })
  const script = redis.script(add)
  const outcomes = await Promise.allSettled(['1', 'fail', '2'].map((arg) => script.run(['sum'], [arg])))
  expect(outcomes).toMatchObject([
    { value: 1 },
    { reason: { code: 'redis_refused', message: 'Redis refused a command: SECRET' } },
    { value: 3 },
  ])
})

test('an error that is raised fails all calls of the batch', async () => {
  const redis = await connected({ url: (await server()).url })
  const script = redis.script(add)
  const outcomes = await Promise.allSettled(['raise', '2'].map((arg) => script.run(['sum'], [arg])))
  for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: 'redis_refused' } })
})

test('calls with several keys and entries', async () => {
  const redis = await connected({ url: (await server()).url })
  const script = redis.script({
    batch: 64,
    lua: `local replies = {}
for call = 1, #KEYS / 2 do
  replies[2 * call - 1] = redis.call('INCRBY', KEYS[2 * call - 1], 10 * ARGV[call])
  replies[2 * call] = redis.call('INCRBY', KEYS[2 * call], 20 * ARGV[call])
end
return replies`,
  })
  const replies = await Promise.all([1, 2, 3].map((n) => script.run(['a', 'b'], [String(n)])))
  expect(replies).toEqual([
    [10, 20],
    [30, 60],
    [60, 120],
  ])
  await expect(script.run(['a'], ['1'])).rejects.toMatchObject({ code: 'option_invalid' })
  await expect(script.run(['a', 'b'], [])).rejects.toMatchObject({ code: 'option_invalid' })
})

test.each(['return {}', 'return 1', "return {'a', 'b', 'c'}"])(
  'a script that answers nonsense is refused: %s',
  async (lua) => {
    const redis = await connected({ url: (await server()).url })
    const script = redis.script({ batch: 64, lua })
    await expect(Promise.all([script.run([], []), script.run([], [])])).rejects.toMatchObject({
      code: 'redis_unavailable',
    })
  },
)

test('a call with less time than its neighbours gives up alone', async () => {
  const frozen = await server()
  const redis = await connected({ url: frozen.url, budgetMs: 200 })
  const script = redis.script(add)
  await script.run(['sum'], ['0'])
  frozen.pause()
  const [short, long] = await Promise.all([
    timed(() => script.run(['sum'], ['1'], { withinMs: 40 })),
    timed(() => script.run(['sum'], ['1'])),
  ])
  expect(short).toMatchObject({ code: 'redis_unavailable' })
  expect(short.elapsed).toBeGreaterThan(35)
  expect(short.ms).toBeLessThan(150)
  expect(long.elapsed).toBeGreaterThan(190)
  frozen.resume()
})

test.each([0, 65, 1.5, Number.NaN])('a batch of %s is refused', async (batch) => {
  const redis = await connected({ url: (await server()).url })
  expect(() => redis.script({ lua: 'return {}', batch })).toThrow('batch must be a whole number')
})
