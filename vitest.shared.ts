import { join } from 'node:path'
import { defaultServerConditions } from 'vite'
import type { UserWorkspaceConfig } from 'vitest/config'

// Tests run against src; RINGFENCE_BUILT=1 runs the same tests against dist.
const extra = process.env['RINGFENCE_BUILT'] ? [] : ['@ringfence/source']
const conditions = [...extra, ...defaultServerConditions]

export const shared: UserWorkspaceConfig = {
  resolve: { conditions },
  test: {
    // Many tests wait for real sockets and processes: the default of one worker on two cores leaves both idle for long.
    maxWorkers: '100%',
    // They start programs from their sources many times over; compiling those once halves each start.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compile') },
  },
  ssr: { resolve: { conditions, externalConditions: ['node', 'module-sync', ...extra] } },
}
