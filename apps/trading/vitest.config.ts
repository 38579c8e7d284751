import { defineProject, mergeConfig } from 'vitest/config'
import { shared } from '../../vitest.shared.ts'

// Many tests start the program itself, which takes seconds on a busy machine.
export default mergeConfig(
  shared,
  defineProject({ test: { name: 'trading', include: ['test/**/*.test.ts'], testTimeout: 30_000 } }),
)
