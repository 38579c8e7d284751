import { RingfenceError } from '@ringfence/errors'

/** What kept a process from starting, or ended it. */
export interface FailureEvent {
  readonly event: 'failed'
  readonly code: string
  readonly msg: string
  /** What is wrong with a configuration, one entry a problem. */
  readonly problems?: readonly string[]
}

/**
 * The last line of a process that cannot go on, for the operator. Of a foreign error only the code is repeated: its text
 * may quote anything.
 *
 * @param sentences what to mend, for the codes of foreign errors that this process expects
 *
 * @example
 * ```ts
 * logger.fatal(failureEvent(error, { EADDRINUSE: 'TRADING_PORT is in use: choose another port' }))
 * ```
 */
export function failureEvent(error: unknown, sentences: Readonly<Record<string, string>> = {}): FailureEvent {
  if (error instanceof RingfenceError) {
    const [msg = '', ...problems] = error.message.split('\n').map((line) => line.trim())
    return { event: 'failed', code: error.code, msg, ...(problems.length > 0 && { problems }) }
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  const known = Object.hasOwn(sentences, code) ? sentences[code] : undefined
  return { event: 'failed', code, msg: known ?? `the process cannot go on (${code})` }
}
