import type { Options } from 'tsup'

/** The one build configuration: ESM for Node 22 and later, declarations beside it. */
export const base: Options = {
  format: ['esm'],
  target: 'node22',
  platform: 'node',
  sourcemap: true,
  clean: true,
  splitting: true,
  treeshake: false,
  // Without its prefix, node:sqlite would be a package named sqlite.
  removeNodeProtocol: false,
  dts: { compilerOptions: { composite: false, declarationMap: false } },
}
