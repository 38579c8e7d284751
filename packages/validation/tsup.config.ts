import { defineConfig } from 'tsup'
import { base } from '../../tsup.base.ts'

export default defineConfig({
  ...base,
  entry: ['src/index.ts', 'src/fastify.ts', 'src/hono.ts', 'src/mcp.ts', 'src/testing.ts'],
})
