import { spawnSync } from 'node:child_process'
import { pnpm } from '../pnpm.ts'

/** A tarball as it would be published. */
export interface Packed {
  readonly name: string
  readonly version: string
  /** Absolute. */
  readonly filename: string
  readonly size: number
  readonly files: readonly { readonly path: string }[]
}

/** Packs a package into a folder. The same files give the same bytes: pnpm writes neither times nor owners. */
export function pack(folder: string, destination: string): Packed {
  const { command, args } = pnpm()
  const packing = [...args, 'pack', '--json', '--pack-destination', destination]
  const { status, stdout, stderr } = spawnSync(command, packing, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`pnpm pack failed in ${folder}: ${stderr}${stdout}`)
  return JSON.parse(stdout) as Packed
}
