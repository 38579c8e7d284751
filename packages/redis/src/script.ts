import { createHash } from 'node:crypto'
import { errorWord, type RedisArgument, type RedisReply } from './reply.ts'
import type { Transport } from './transport.ts'

/** A Lua script. Every key it touches comes in through KEYS; its text never depends on input. */
export interface ScriptDefinition {
  readonly lua: string
  /**
   * For a script that answers many calls at once, the most in one EVALSHA (1 to 64): the calls of one tick and one slot
   * go out together. The script finds them in `calls`, a list of `{ keys = {...}, args = {...} }`, and returns a list of
   * replies in the same order. A call fails alone by a reply of `redis.error_reply`; an error that is raised fails all.
   */
  readonly batch?: number
}

/** What Redis knows a script by. */
export interface LoadedScript {
  readonly lua: string
  readonly sha1: string
}

/** Hashes the text of a script once, as `SCRIPT LOAD` would. */
export function loadedScript({ lua, batch }: ScriptDefinition): LoadedScript {
  const text = batch === undefined ? lua : CALLS + lua
  return { lua: text, sha1: createHash('sha1').update(text).digest('hex') }
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
    if (errorWord(error) !== 'NOSCRIPT') throw error
    return transport.send(['EVAL', script.lua, ...rest], Math.max(1, ms - (performance.now() - started)), slot)
  }
}

/** Takes KEYS and ARGV of a batch apart: before the arguments of each call stand its numbers of keys and arguments. */
const CALLS = `local calls = {}
do
  local key, arg = 0, 0
  while arg < #ARGV do
    local keys, args = {}, {}
    local nkeys, nargs = tonumber(ARGV[arg + 1]), tonumber(ARGV[arg + 2])
    for i = 1, nkeys do keys[i] = KEYS[key + i] end
    for i = 1, nargs do args[i] = ARGV[arg + 2 + i] end
    calls[#calls + 1] = { keys = keys, args = args }
    key, arg = key + nkeys, arg + 2 + nargs
  end
end
`
