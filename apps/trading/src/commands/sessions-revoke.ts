import { type ExitCode, type OperatorCommand, UsageError } from './command.ts'

/**
 * Ends sessions: the next request of each is refused by every process of the app. The emergency stop for a leaked key or
 * session; a key itself goes by removing its record and reloading.
 */
export const sessionsRevoke: OperatorCommand = {
  name: 'sessions revoke',
  operands: 'KEY_ID | --all',
  summary: 'Ends the sessions of a key, or all there are. Needs REDIS_URL.',
  async run(words, { sessions }): Promise<ExitCode> {
    const [word, ...more] = words
    if (word === undefined || more.length > 0) throw new UsageError('one key id is expected, or --all')
    if (word !== '--all' && !word.startsWith('rfk_')) throw new UsageError('a key id begins with rfk_')
    const shared = await sessions()
    if (shared === undefined) {
      throw new UsageError('without REDIS_URL sessions are in the memory of the app: stopping it ends them')
    }
    await (word === '--all' ? shared.revokeEverything() : shared.revokeAll(word))
    return 0
  },
}
