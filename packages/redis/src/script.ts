import { createHash } from 'node:crypto'
import { errorWord, refuse, refused, type RedisArgument, type RedisReply } from './reply.ts'
import type { Transport } from './transport.ts'

/** A Lua script. Every key it touches comes in through KEYS; its text never depends on input. */
export interface ScriptDefinition {
  readonly lua: string
  /**
   * For a script that answers many calls at once, the most in one EVALSHA (1 to 64): the calls of one tick and one slot
   * go out together. All calls have the same number of keys and of arguments; KEYS and ARGV hold those of one call after
   * those of the other. The script returns one list in which every call has equally many entries, in the same order: a
   * call with one entry answers with it, else with the list of its own. A call fails alone by a `redis.error_reply` as
   * its one entry; an error that is raised fails all.
   */
  readonly batch?: number
  /** ARGV of a batch holds the arguments of one call only, if they are those of all calls: reading each takes time. */
  readonly sharedArguments?: boolean
}

/** What Redis knows a script by. */
export interface LoadedScript {
  readonly lua: string
  readonly sha1: string
}

/** Hashes the text of a script once, as `SCRIPT LOAD` would. */
export function loadedScript(lua: string): LoadedScript {
  return { lua, sha1: createHash('sha1').update(lua).digest('hex') }
}

/**
 * Runs a script by its hash, and by its text only if the server does not know the hash (after a restart, a failover or
 * SCRIPT FLUSH). NOSCRIPT means that nothing ran, so sending it again cannot run it twice.
 */
export async function evaluate(
  transport: Transport,
  script: LoadedScript,
  keys: readonly RedisArgument[],
  args: readonly RedisArgument[],
  ms: number,
  slot: number,
): Promise<RedisReply> {
  const rest = [String(keys.length), ...keys, ...args]
  const started = performance.now()
  try {
    return await transport.send(['EVALSHA', script.sha1, ...rest], ms, slot)
  } catch (error) {
    if (errorWord(error) !== 'NOSCRIPT') throw refused(error)
    const left = Math.max(1, ms - (performance.now() - started))
    return transport.send(['EVAL', script.lua, ...rest], left, slot).catch(refuse)
  }
}
