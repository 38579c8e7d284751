import type { Command } from '../command.ts'
import { repositoryRoot } from '../repository-root.ts'

/** `ringfence start`: serves the repository's apps. */
export const start: Command = {
  name: 'start',
  summary: 'Serve both apps and the development OAuth server of the repository on loopback.',
  operands: [],
  options: {},
  details: ['The first run writes .env with fresh secrets. Ctrl-C stops everything.'],
  examples: ['pnpm start'],
  async run(_args, io) {
    const { start: startStack } = await import('../repository/start.ts')
    const ended = await startStack(repositoryRoot(), io.out, io.interrupted)
    if (ended === undefined) return 0
    io.err(`ringfence: ${ended}`)
    return 1
  },
}
