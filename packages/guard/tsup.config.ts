import { defineConfig } from 'tsup'
import { base } from '../../tsup.base.ts'

export default defineConfig({
  ...base,
  entry: [
    'src/index.ts',
    'src/node.ts',
    'src/fastify.ts',
    'src/express.ts',
    'src/hono.ts',
    'src/testing.ts',
    'src/authenticator.ts',
  ],
})
