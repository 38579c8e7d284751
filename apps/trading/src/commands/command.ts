import type { EncryptedDatabase } from '@ringfence/encrypted-sqlite'
import type { Clock } from '@ringfence/guard'
import type { Sessions } from '@ringfence/hmac-auth/sessions'
import type { Secret } from '@ringfence/secret-config'
import type { Logger } from 'pino'

/** A command of the operator. It works on the database of the app, whether that is running or not. */
export interface OperatorCommand {
  /** As typed: `audit verify`. */
  readonly name: string
  /** What may follow the name. */
  readonly operands: string
  readonly summary: string
  /**
   * @param words what was typed after the name
   * @throws UsageError
   */
  run(words: readonly string[], context: CommandContext): ExitCode | Promise<ExitCode>
}

/** What a command works with. */
export interface CommandContext {
  readonly db: EncryptedDatabase
  readonly trailKey: Secret
  readonly clock: Clock
  /** Connects to the sessions that all processes of the app share; undefined if there is no Redis. */
  readonly sessions: () => Promise<Sessions | undefined>
  /** Results are lines of the log, like everything the app says. */
  readonly logger: Logger
}

/** 0: it is as it should be. 1: it is not, or could not be done. 2: the command line was wrong. */
export type ExitCode = 0 | 1 | 2

/** A wrong command line. The message repeats nothing that was typed. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
