import type { RedisArgument, RedisReply } from './reply.ts'

/** The way to one server or to the nodes of a cluster. */
export interface Transport {
  readonly ready: boolean
  /** How many connections have been made so far. */
  readonly connections: number
  /** The slot in which the keys of one call are; 0 where there are none. */
  slotOf(keys: readonly RedisArgument[]): number
  /**
   * Sends one command and answers within `ms`, whatever the server does. Error replies of Redis reject with node-redis'
   * `ErrorReply`; everything else rejects with `redis_unavailable`. What may have run is never sent a second time.
   */
  send(args: readonly RedisArgument[], ms: number, slot: number): Promise<RedisReply>
  close(): void
}
