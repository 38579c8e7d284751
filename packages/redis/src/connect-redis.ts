import { RingfenceError } from '@ringfence/errors'
import { Budgets, type CallOptions } from './budgets.ts'
import { Cluster } from './cluster.ts'
import { Connection, type CallEvent } from './connection.ts'
import { PLAINTEXT } from './plaintext.ts'
import { redisUrl, type RedisTls } from './redis-url.ts'
import { refuse, type RedisArgument, type RedisReply } from './reply.ts'
import { ScriptBatch } from './script-batch.ts'
import { evaluate, loadedScript, type ScriptDefinition } from './script.ts'
import type { Transport } from './transport.ts'

export interface RedisOptions {
  /** `redis://`, `rediss://` or `unix:///path`; ACL user, password and `/database` inside. Beyond loopback `rediss:` only. */
  readonly url: string
  /** How long one call, or all calls for one request, may wait for Redis (ms, default 100). */
  readonly budgetMs?: number
  /** How long the first connection may take before {@link connectRedis} rejects (ms, default 2000). */
  readonly connectMs?: number
  /** Certificates for `rediss:`. TLS 1.3 is the minimum, and the certificate is always checked. */
  readonly tls?: RedisTls
  /** Commands that may wait for an answer at once (default 10000), a batch being one; one more is refused. */
  readonly maxInFlight?: number
  /** Told when the connection comes up or goes down. Must not throw. */
  readonly onState?: (state: 'up' | 'down', reason: string) => void
  /** Told how every command ended; a batch is one command. For metrics; must not throw. */
  readonly onCall?: (call: CallEvent) => void
  /** Only `@ringfence/redis/unsafe` has this key. */
  readonly [PLAINTEXT]?: true
}

/** A script that runs by its hash. */
export interface Script {
  run(keys: readonly RedisArgument[], args: readonly RedisArgument[], options?: CallOptions): Promise<RedisReply>
}

/**
 * Redis calls that answer in time or fail. Each rejects with `redis_unavailable` (down, frozen, slow, garbage, not
 * asked: no way to know whether it ran) or `redis_refused` (Redis said no, e.g. out of memory). Nothing is queued while
 * the connection is down, and nothing is ever sent twice.
 */
export interface Redis {
  readonly ready: boolean
  /** Grows whenever a connection is made. Where it has grown, the server may be another one, or may have forgotten. */
  readonly connections: number
  command(args: readonly RedisArgument[], options?: CallOptions): Promise<RedisReply>
  script(definition: ScriptDefinition): Script
  /** Drops the connection; calls that wait are refused. */
  close(): void
}

/**
 * Connects to a Redis 7+ or Valkey server, or to the cluster that the server is a node of.
 *
 * Rejects with `redis_unsafe` if the server may forget (a `maxmemory-policy` other than `noeviction`) or refuses the
 * credentials, with `redis_unavailable` if it cannot be reached within `connectMs`. Later losses heal in the background.
 *
 * @example
 * ```ts
 * const redis = await connectRedis({ url: 'redis://127.0.0.1:6379' })
 * await redis.command(['SET', 'nonce', '1', 'NX', 'PX', '7000']) // 'OK', or null if it was there
 * ```
 */
export async function connectRedis(options: RedisOptions): Promise<Redis> {
  const budgetMs = within(options.budgetMs ?? 100, 'budgetMs', 1, 10_000)
  const plaintextAnywhere = options[PLAINTEXT] === true
  const settings = {
    address: redisUrl(options.url, options.tls, plaintextAnywhere),
    connectMs: within(options.connectMs ?? 2_000, 'connectMs', 10, 60_000),
    probeMs: budgetMs,
    maxInFlight: within(options.maxInFlight ?? 10_000, 'maxInFlight', 1, 1_000_000),
    onState: options.onState ?? (() => undefined),
    onCall: options.onCall,
  }
  const connection = new Connection(settings)
  await connection.open()
  if (!connection.clustered) return client(connection, budgetMs)
  const cluster = new Cluster(settings, plaintextAnywhere)
  await cluster.open(connection)
  return client(cluster, budgetMs)
}

function client(transport: Transport, budgetMs: number): Redis {
  const budgets = new Budgets(budgetMs)
  return {
    get ready() {
      return transport.ready
    },
    get connections() {
      return transport.connections
    },
    command: (args, options = {}) =>
      // The second word of a command is its key, if it has one.
      budgets.call(options, async (ms) => transport.send(args, ms, transport.slotOf(args.slice(1, 2))).catch(refuse)),
    script(definition) {
      const run = runner(transport, definition)
      return { run: (keys, args, options = {}) => budgets.call(options, (ms) => run(keys, args, ms)) }
    },
    close: () => transport.close(),
  }
}

type Run = (keys: readonly RedisArgument[], args: readonly RedisArgument[], ms: number) => Promise<RedisReply>

function runner(transport: Transport, { lua, batch, sharedArguments = false }: ScriptDefinition): Run {
  const script = loadedScript(lua)
  if (batch === undefined) {
    return async (keys, args, ms) => evaluate(transport, script, keys, args, ms, transport.slotOf(keys))
  }
  const calls = new ScriptBatch(transport, script, batch, sharedArguments)
  return (keys, args, ms) => calls.run(keys, args, ms)
}

function within(value: number, name: string, min: number, max: number): number {
  if (value >= min && value <= max) return value
  throw new RingfenceError('option_invalid', `connectRedis: ${name} must be between ${min} and ${max}`)
}
