import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: ['packages/*', 'apps/*', 'policy', 'scripts'],
    // Many tests wait for real sockets and processes: on two cores the default of one worker leaves both idle for long.
    maxWorkers: '100%',
  },
})
