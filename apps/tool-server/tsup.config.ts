import { defineConfig } from 'tsup'
import { base } from '../../tsup.base.ts'

export default defineConfig({
  ...base,
  dts: false,
  entry: { main: 'src/main.ts', conformance: 'conformance/main.ts' },
  external: ['oidc-provider'],
})
