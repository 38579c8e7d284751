import { RingfenceError } from '@ringfence/errors'
import { ErrorReply } from 'redis'

/** What a command can answer, in RESP2: a caller checks the shape it expects. */
export type RedisReply = string | number | null | readonly RedisReply[]

/** One word of a command. */
export type RedisArgument = string | Buffer

/** The call did not get an answer it could use. The same code whether Redis is down, frozen, slow or misbehaving. */
export function unavailable(why: string): RingfenceError {
  return new RingfenceError('redis_unavailable', `Redis is unavailable: ${why}`)
}

/** An error reply, stripped to its first word: the rest may quote arguments, and arguments may be secret. */
export function refused(error: unknown): unknown {
  if (!(error instanceof ErrorReply)) return error
  const word = errorWord(error)
  return AWAY.has(word) || NOT_NOW.has(word)
    ? unavailable(`it answers ${word}`)
    : new RingfenceError('redis_refused', `Redis refused a command: ${word}`)
}

/** Throws what {@link refused} makes of an error. */
export function refuse(error: unknown): never {
  throw refused(error)
}

/** The error code of an error reply, e.g. `NOSCRIPT`. */
export function errorWord(error: unknown): string {
  return (error instanceof ErrorReply && /^[A-Z]+/.exec(error.message)?.[0]) || 'ERR'
}

/** True if this error reply says that the server at the other end cannot serve writes now. */
export function isAway(error: unknown): boolean {
  return error instanceof ErrorReply && AWAY.has(errorWord(error))
}

/** Loading its data set, demoted to a replica, cut off from its master or its disk, or cluster without quorum. */
const AWAY: ReadonlySet<string> = new Set(['LOADING', 'READONLY', 'MASTERDOWN', 'CLUSTERDOWN', 'NOREPLICAS', 'MISCONF'])

/** This call alone: a script of somebody else runs, or its keys are on the move. The connection stays. */
const NOT_NOW: ReadonlySet<string> = new Set(['BUSY', 'TRYAGAIN', 'MOVED', 'ASK'])
