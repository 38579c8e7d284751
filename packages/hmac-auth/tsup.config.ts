import { defineConfig } from 'tsup'
import { base } from '../../tsup.base.ts'

export default defineConfig({
  ...base,
  entry: ['src/index.ts', 'src/client.ts', 'src/rfc9421.ts', 'src/redis.ts', 'src/sessions.ts'],
})
