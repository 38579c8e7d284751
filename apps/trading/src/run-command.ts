import { createLogger, failureEvent } from '@ringfence/log-redaction'
import { appLog } from './app-log.ts'
import { auditVerify } from './commands/audit-verify.ts'
import { type ExitCode, type OperatorCommand, UsageError } from './commands/command.ts'
import { halt } from './commands/halt.ts'
import { openContext } from './commands/open-context.ts'
import { resume } from './commands/resume.ts'
import { sessionsRevoke } from './commands/sessions-revoke.ts'
import { tradingConfig } from './config/trading-config.ts'

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
    const context = openContext(config, logger)
    try {
      return await command.run(rest, context)
    } finally {
      context.close()
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
