import { join } from 'node:path'
import { pnpm } from '../pnpm.ts'
import { must } from './execute.ts'

/** The programs that a rehearsal needs beside the workspace, from a lockfile of their own. */
export interface Tools {
  readonly verdaccio: string
  /** Version line (`22`) to the binary. */
  readonly nodes: Readonly<Record<string, string>>
  /** Version line (`5.9`) to the compiler, a script for node. */
  readonly compilers: Readonly<Record<string, string>>
}

/** Installs the tools, unless they are there. */
export async function installTools(): Promise<Tools> {
  const folder = join(import.meta.dirname, 'tools')
  const { command, args } = pnpm()
  await must(command, [...args, 'install', '--frozen-lockfile'], folder)
  const inTools = (path: string): string => join(folder, 'node_modules', path)
  return {
    verdaccio: inTools('.bin/verdaccio'),
    nodes: Object.fromEntries(NODES.map((line) => [line, inTools(`node-${line}-${process.arch}/bin/node`)])),
    compilers: Object.fromEntries(COMPILERS.map((line) => [line, inTools(`typescript-${line}/bin/tsc`)])),
  }
}

const NODES = ['22', '24', '26']
const COMPILERS = ['5.9', '6', '7']
