import { text } from 'node:stream/consumers'
import { createLogger, failureEvent } from '@ringfence/log-redaction'
import { connectRedis, type Redis } from '@ringfence/redis'
import { appLog } from './app-log.ts'
import { revoke, UsageError } from './commands/revoke.ts'
import { toolServerConfig, type ToolServerConfig } from './config/tool-server-config.ts'
import { sharedStores } from './shared-stores.ts'
import { validatorOf } from './validator-of.ts'

/**
 * Runs what the operator typed, with the configuration of the app, which may be running meanwhile. Whatever happens is a
 * line of the log.
 *
 * @returns 0: done. 1: it could not be done. 2: the command line was wrong
 */
export async function runCommand(words: readonly string[]): Promise<0 | 1 | 2> {
  let logger = createLogger({ name: 'tool-server' })
  try {
    const [name, ...operands] = words
    if (name !== 'revoke') throw new UsageError('there is no such command')
    const config = toolServerConfig()
    logger = appLog(config).logger
    const redis = await connect(config)
    try {
      const { revocations } = config.LOG_FINGERPRINT_KEY.use((key) => sharedStores(redis, key))
      const validator = validatorOf(config, { logger, secrets: config, revocations })
      const fingerprint = await revoke(operands, { validator, input: () => text(process.stdin) })
      logger.warn({ event: 'token.revoked', fingerprint })
      return 0
    } finally {
      redis.close()
    }
  } catch (error) {
    if (error instanceof UsageError) {
      logger.fatal({ event: 'failed', code: 'usage', msg: error.message, usage: USAGE })
      return 2
    }
    logger.fatal(failureEvent(error))
    return 1
  }
}

async function connect({ REDIS_URL }: ToolServerConfig): Promise<Redis> {
  if (REDIS_URL === undefined) {
    throw new UsageError('without REDIS_URL there is nothing to write to: revoke the token at its issuer')
  }
  return REDIS_URL.use((url) => connectRedis({ url, budgetMs: PATIENCE_MS }))
}

/** Every way to call the program. */
const USAGE: readonly string[] = [
  '(nothing): Serves.',
  '--explain: Prints every route with its guards and what each can deny.',
  'revoke FINGERPRINT: Refuses a token from now on, in every replica. Needs REDIS_URL.',
  'revoke -: The same for the token on standard input.',
]

/** An operator can wait for Redis longer than a request (ms). */
const PATIENCE_MS = 5_000
