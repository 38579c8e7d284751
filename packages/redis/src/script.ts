import { createHash } from 'node:crypto'
import type { Connection } from './connection.ts'
import { errorWord, type RedisArgument, type RedisReply } from './reply.ts'

/** A Lua script. Every key it touches comes in through KEYS; its text never depends on input. */
export interface ScriptDefinition {
  readonly lua: string
}

/** What Redis knows a script by. */
export interface LoadedScript {
  readonly lua: string
  readonly sha1: string
}

/** Hashes the text of a script once, as `SCRIPT LOAD` would. */
export function loadedScript({ lua }: ScriptDefinition): LoadedScript {
  return { lua, sha1: createHash('sha1').update(lua).digest('hex') }
}

/**
 * Runs a script by its hash, and by its text only if the server does not know the hash (after a restart, a failover or
 * SCRIPT FLUSH). NOSCRIPT means that nothing ran, so sending it again cannot run it twice.
 */
export async function evaluate(
  connection: Connection,
  script: LoadedScript,
  keys: readonly RedisArgument[],
  args: readonly RedisArgument[],
  budgetMs: number,
): Promise<RedisReply> {
  const rest = [String(keys.length), ...keys, ...args]
  const started = performance.now()
  try {
    return await connection.send(['EVALSHA', script.sha1, ...rest], budgetMs)
  } catch (error) {
    if (errorWord(error) !== 'NOSCRIPT') throw error
    return connection.send(['EVAL', script.lua, ...rest], Math.max(1, budgetMs - (performance.now() - started)))
  }
}
