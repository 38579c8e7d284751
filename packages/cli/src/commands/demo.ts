import type { Command } from '../command.ts'
import { repositoryRoot } from '../repository-root.ts'

/** `ringfence demo`: a tour of what the repository's apps accept and refuse. */
export const demo: Command = {
  name: 'demo',
  summary: 'Walk a tour of what both apps accept and refuse, on free ports and throw-away state.',
  operands: [],
  options: {},
  details: ['The exit code is 0 only if every step was answered as it should be.'],
  examples: ['pnpm demo'],
  async run(_args, io) {
    // Not loaded for other commands: it opens databases.
    const { demo: walkTour } = await import('../repository/demo.ts')
    return (await walkTour(repositoryRoot(), io.out)) ? 0 : 1
  },
}
