import { connect, createServer, type Server, type Socket } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { connectRedis } from '../src/index.ts'
import { cleanup, connected, server, timed, until, works } from './support/harness.ts'

test('a command answers, and equal nonces are taken once', async () => {
  const redis = await connected({ url: (await server()).url })
  const replies = await Promise.all(
    Array.from({ length: 64 }, () => redis.command(['SET', 'n', '1', 'NX', 'PX', '5000'])),
  )
  expect(replies.filter((reply) => reply === 'OK')).toHaveLength(1)
  expect(replies.filter((reply) => reply === null)).toHaveLength(63)
})

test('a frozen server costs one budget per call, then nothing; it heals within 3 s', async () => {
  const frozen = await server()
  const redis = await connected({ url: frozen.url })
  frozen.pause()
  const first = await Promise.all(Array.from({ length: 50 }, () => timed(() => redis.command(['PING']))))
  for (const { code, elapsed, ms } of first) {
    expect(code).toBe('redis_unavailable')
    expect(elapsed).toBeGreaterThanOrEqual(95)
    expect(ms).toBeLessThan(250)
  }
  const second = await timed(() => redis.command(['PING']))
  expect(second.code).toBe('redis_unavailable')
  expect(second.ms).toBeLessThan(50)
  await new Promise((resolve) => setTimeout(resolve, 1500))
  frozen.resume()
  expect(await until(() => works(redis), 3000)).toBeLessThan(3000)
})

test('a killed server fails calls at once, and a new one is found within 3 s', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ringfence-redis-'))
  cleanup(() => rmSync(directory, { recursive: true }))
  const first = await server({ directory })
  const redis = await connected({ url: first.url })
  await first.stop()
  const { code, ms } = await timed(() => redis.command(['PING']))
  expect(code).toBe('redis_unavailable')
  expect(ms).toBeLessThan(150)
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(redis.connections).toBe(1)
  await server({ directory })
  expect(await until(() => works(redis), 3000)).toBeLessThan(3000)
  expect(redis.connections).toBe(2)
})

test('a call that Redis works on for longer than the budget is given up, and never sent again', async () => {
  const slow = await server()
  const redis = await connected({ url: slow.url, budgetMs: 50 })
  const busy = redis.script({
    // Not until a time: since Redis 7.2, and on Valkey, TIME stands still while a script runs.
    lua: `redis.call('INCR', KEYS[1])
for i = 1, 6e7 do end
return 'done'`,
  })
  const { code, ms } = await timed(() => busy.run(['runs'], []))
  expect(code).toBe('redis_unavailable')
  expect(ms).toBeLessThan(200)
  await until(() => works(redis), 3000)
  expect(await redis.command(['GET', 'runs'])).toBe('1')
})

test('a server that is busy with a script of somebody else is unavailable, and keeps its connection', async () => {
  const busy = await server({ args: ['--busy-reply-threshold', '1'] })
  const redis = await connected({ url: busy.url, budgetMs: 5_000 })
  const somebody = connect({ path: busy.socket })
  cleanup(() => void somebody.destroy())
  const done = new Promise((resolve) => somebody.once('data', resolve))
  somebody.write('EVAL "for i = 1, 1e8 do end return 1" 0\r\n')
  const codes = new Set<string>()
  await until(async () => {
    const { code } = await timed(() => redis.command(['SET', 'x', 'y']))
    codes.add(code)
    return code !== 'ok'
  }, 3_000)
  expect([...codes].filter((code) => code !== 'ok')).toEqual(['redis_unavailable'])
  await done
  expect(await works(redis)).toBe(true)
  expect(redis.connections).toBe(1)
})

test('calls for one request share one budget', async () => {
  const frozen = await server()
  const redis = await connected({ url: frozen.url, budgetMs: 120 })
  const request = {}
  await redis.command(['PING'], { request })
  frozen.pause()
  const first = await timed(() => redis.command(['PING'], { request, withinMs: 80 }))
  const second = await timed(() => redis.command(['PING'], { request }))
  expect(first.elapsed).toBeGreaterThanOrEqual(75)
  expect(first.ms + second.ms).toBeLessThan(220)
  frozen.resume()
})

test('a script runs by hash, and by text only after NOSCRIPT', async () => {
  const redis = await connected({ url: (await server()).url })
  const add = redis.script({ lua: `return redis.call('INCRBY', KEYS[1], ARGV[1])` })
  expect(await add.run(['sum'], ['2'])).toBe(2)
  expect(await add.run(['sum'], ['3'])).toBe(5)
  await redis.command(['SCRIPT', 'FLUSH'])
  expect(await add.run(['sum'], ['4'])).toBe(9)
  const stats = await redis.command(['INFO', 'commandstats'])
  expect(stats).toMatch(/cmdstat_eval:calls=2,/)
  expect(stats).toMatch(/cmdstat_evalsha:calls=3,/)
})

test('an error reply is redis_refused and quotes nothing', async () => {
  const redis = await connected({ url: (await server()).url })
  await redis.command(['SET', 'text', 'hush-hush'])
  const error = await redis.command(['INCR', 'text']).catch((caught: unknown) => caught)
  expect(error).toMatchObject({ code: 'redis_refused', message: 'Redis refused a command: ERR' })
  const unknown = await redis.command(['NOSUCH', 'hush-hush']).catch((caught: unknown) => caught)
  expect(String(unknown)).not.toContain('hush')
  const script = redis.script({ lua: `return redis.error_reply('hush-hush')` })
  expect(String(await script.run([], []).catch((caught: unknown) => caught))).not.toContain('hush')
})

test('out of memory is redis_refused with OOM', async () => {
  const redis = await connected({ url: (await server({ args: ['--maxmemory', '100kb'] })).url })
  const error = await redis.command(['SET', 'x', 'y']).catch((caught: unknown) => caught)
  expect(error).toMatchObject({ code: 'redis_refused', message: 'Redis refused a command: OOM' })
})

test.each(['allkeys-lru', 'volatile-ttl', 'allkeys-random'])('a server with %s is refused', async (policy) => {
  const { url } = await server({ args: ['--maxmemory-policy', policy] })
  await expect(connectRedis({ url })).rejects.toMatchObject({
    code: 'redis_unsafe',
    message: expect.stringContaining(policy),
  })
})

test('a server that may forget from now on is not used again until it may not', async () => {
  const own = await server()
  const redis = await connected({ url: own.url })
  const operator = await connected({ url: own.url })
  const reconnect = async (): Promise<void> => {
    await operator.command(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'])
    await until(() => !redis.ready, 1_000)
  }
  await operator.command(['CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru'])
  await reconnect()
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(redis.ready).toBe(false)
  await expect(redis.command(['PING'])).rejects.toMatchObject({ code: 'redis_unavailable' })
  await operator.command(['CONFIG', 'SET', 'maxmemory-policy', 'noeviction'])
  expect(await until(() => works(redis), 3_000)).toBeLessThan(3_000)
})

test('a wrong password is refused at once and not repeated', async () => {
  const { url } = await server({ args: ['--requirepass', 'right-one'] })
  const withPassword = url.replace('unix:///', 'unix://default:wrong-one@localhost/')
  const { ms } = await timed(() => connectRedis({ url: withPassword }))
  expect(ms).toBeLessThan(1000)
  const error = await connectRedis({ url: withPassword }).catch((caught: unknown) => caught)
  expect(error).toMatchObject({ code: 'redis_unsafe' })
  expect(String(error)).not.toContain('wrong-one')
  const right = await connected({ url: withPassword.replace('wrong-one', 'right-one') })
  expect(await works(right)).toBe(true)
})

test('an ACL user needs only what it uses', async () => {
  const { url } = await server({
    args: ['--user', 'limits', 'on', '>secret', '~rl:*', '+info', '+ping', '+set', '+select'],
  })
  const redis = await connected({ url: url.replace('unix:///', 'unix://limits:secret@localhost/') })
  expect(await redis.command(['SET', 'rl:1', 'x'])).toBe('OK')
  await expect(redis.command(['GET', 'rl:1'])).rejects.toMatchObject({ message: 'Redis refused a command: NOPERM' })
  await expect(redis.command(['SET', 'other', 'x'])).rejects.toMatchObject({ code: 'redis_refused' })
})

test('nobody there: one sentence within connectMs', async () => {
  const { code, ms } = await timed(() => connectRedis({ url: 'redis://127.0.0.1:1', connectMs: 300 }))
  expect(code).toBe('redis_unavailable')
  expect(ms).toBeLessThan(500)
})

test('a closed client refuses calls', async () => {
  const redis = await connected({ url: (await server()).url })
  redis.close()
  expect(redis.ready).toBe(false)
  await expect(redis.command(['PING'])).rejects.toMatchObject({ code: 'redis_unavailable' })
})

test('metrics are told how commands end and when the connection is lost', async () => {
  const own = await server()
  const calls: string[] = []
  const states: string[] = []
  const redis = await connected({
    url: own.url,
    onCall: ({ outcome, ms }) => calls.push(ms >= 0 ? outcome : 'no time'),
    onState: (state) => states.push(state),
  })
  await redis.command(['PING'])
  await redis.command(['NOSUCH']).catch(() => undefined)
  own.pause()
  await Promise.allSettled(Array.from({ length: 4 }, () => redis.command(['PING'])))
  expect(calls).toEqual(['ok', 'refused', 'late', 'late', 'late', 'broken'])
  expect(states).toEqual(['up', 'down'])
})

test('more calls in flight than allowed are refused at once', async () => {
  const frozen = await server()
  const redis = await connected({ url: frozen.url, maxInFlight: 10 })
  frozen.pause()
  const results = await Promise.all(Array.from({ length: 30 }, () => timed(() => redis.command(['PING']))))
  expect(results.filter(({ ms }) => ms < 50)).toHaveLength(20)
  frozen.resume()
})

/** A server that speaks just enough to be accepted and then answers PING number `after` on with `bytes`. */
async function impostor(bytes: string): Promise<{ url: string; misbehave: () => void; connections: () => number }> {
  let misbehaving = false
  let connections = 0
  const sockets = new Set<Socket>()
  const listener: Server = createServer((socket) => {
    connections++
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (data) => {
      for (const word of data.toString().match(/\b(INFO|PING|GET)\b/g) ?? []) {
        const info = 'role:master\r\nmaxmemory_policy:noeviction\r\n'
        if (misbehaving) socket.write(bytes)
        else if (word === 'INFO') socket.write(`$${info.length}\r\n${info}\r\n`)
        else socket.write(word === 'PING' ? '+PONG\r\n' : '$-1\r\n')
      }
    })
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  cleanup(() => {
    for (const socket of sockets) socket.destroy()
    listener.close()
  })
  const address = listener.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { url: `redis://127.0.0.1:${port}`, misbehave: () => (misbehaving = true), connections: () => connections }
}

test.each([
  ['text', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
  ['noise', '\u0000\u0001\u0002\r\n'],
  ['one answer too many', '$-1\r\n$-1\r\n'],
])('garbage (%s) drops the connection: no later answer reaches the wrong call', async (_, bytes) => {
  const fake = await impostor(bytes)
  const redis = await connected({ url: fake.url })
  expect(await redis.command(['GET', 'x'])).toBe(null)
  fake.misbehave()
  const outcomes = await Promise.all(Array.from({ length: 3 }, () => timed(() => redis.command(['GET', 'x']))))
  for (const { ms } of outcomes) expect(ms).toBeLessThan(250)
  await until(() => !redis.ready, 500)
})

test('an answer that never ends is late, not endless', async () => {
  const fake = await impostor('$1000000\r\nabc')
  const redis = await connected({ url: fake.url })
  fake.misbehave()
  const { code, ms } = await timed(() => redis.command(['GET', 'x']))
  expect(code).toBe('redis_unavailable')
  expect(ms).toBeLessThan(250)
})

test.each([
  ['budgetMs', { budgetMs: 0 }],
  ['budgetMs', { budgetMs: Number.NaN }],
  ['connectMs', { connectMs: -1 }],
  ['maxInFlight', { maxInFlight: 0 }],
])('option %s out of range is refused', async (name, options) => {
  await expect(connectRedis({ url: 'redis://127.0.0.1:1', ...options })).rejects.toMatchObject({
    code: 'option_invalid',
    message: expect.stringContaining(name),
  })
})
