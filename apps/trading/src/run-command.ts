import { createLogger, failureEvent } from '@ringfence/log-redaction'
import { systemClock } from '@ringfence/guard'
import { createSessions, type SessionEvent } from '@ringfence/hmac-auth/sessions'
import { connectRedis, type Redis } from '@ringfence/redis'
import { appLog } from './app-log.ts'
import { auditVerify } from './commands/audit-verify.ts'
import { type CommandContext, type ExitCode, type OperatorCommand, UsageError } from './commands/command.ts'
import { halt } from './commands/halt.ts'
import { resume } from './commands/resume.ts'
import { sessionsRevoke } from './commands/sessions-revoke.ts'
import { tradingConfig } from './config/trading-config.ts'
import * as events from './events.ts'
import { sharedSessions } from './shared-stores.ts'
import { openStore } from './store/open-store.ts'

/**
 * Runs what the operator typed, with the configuration and on the database of the app, which may be running meanwhile.
 * Whatever happens is a line of the log.
 */
export async function runCommand(words: readonly string[]): Promise<ExitCode> {
  let logger = createLogger({ name: 'trading' })
  try {
    const { command, rest } = find(words)
    const config = tradingConfig()
    logger = appLog(config).logger
    const db = openStore(config.TRADING_DB_PATH, config.TRADING_DB_KEY, { create: false })
    let redis: Redis | undefined
    const sessions: CommandContext['sessions'] = async () => {
      redis = await config.REDIS_URL?.use((url) => connectRedis({ url, budgetMs: PATIENCE_MS }))
      const onEvent = (event: SessionEvent): void => logger.warn(events.sessionsChanged(event))
      return redis && createSessions({ store: sharedSessions(redis), onEvent })
    }
    try {
      return await command.run(rest, { db, trailKey: config.TRAIL_KEY, clock: systemClock, sessions, logger })
    } finally {
      redis?.close()
      db.close()
    }
  } catch (error) {
    if (error instanceof UsageError) {
      logger.fatal({ event: 'failed', code: 'usage', msg: error.message, usage: USAGE })
      return 2
    }
    logger.fatal(failureEvent(error, SENTENCES))
    return 1
  }
}

/** The command whose whole name the words begin with. */
function find(words: readonly string[]): { readonly command: OperatorCommand; readonly rest: readonly string[] } {
  for (const command of COMMANDS) {
    const name = command.name.split(' ')
    if (name.every((part, i) => part === words[i])) return { command, rest: words.slice(name.length) }
  }
  throw new UsageError('there is no such command')
}

const COMMANDS: readonly OperatorCommand[] = [halt, resume, sessionsRevoke, auditVerify]

/** Every way to call the program. */
const USAGE: readonly string[] = [
  '(nothing): Serves.',
  '--explain: Prints every route with its guards and what each can deny.',
  ...COMMANDS.map(({ name, operands, summary }) => `${name} ${operands}: ${summary}`),
]

const SENTENCES: Readonly<Record<string, string>> = {
  SQLITE_BUSY: 'the database is locked by another process: try again',
  ENOENT: 'a log file is not there',
  EACCES: 'a log file cannot be read by this user',
}

/** An operator can wait for Redis longer than a request (ms). */
const PATIENCE_MS = 5_000
