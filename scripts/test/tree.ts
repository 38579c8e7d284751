import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** The repository itself, whose own state the proofs are about. */
export const REPOSITORY: string = join(import.meta.dirname, '../..')

/** A folder with these files, beside copies of files of the repository; gone when the test is. The place to plant a violation. */
export function tree(files: Readonly<Record<string, string>>, copied: readonly string[] = []): string {
  const root = mkdtempSync(join(tmpdir(), 'ringfence-planted-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const file of copied) cpSync(join(REPOSITORY, file), join(root, file), { recursive: true })
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  return root
}

/** The same as {@link tree}, as a git repository that holds these files. */
export function gitTree(files: Readonly<Record<string, string>>): string {
  const root = tree(files)
  for (const args of [
    ['init', '--quiet'],
    ['add', '--force', '--', ...Object.keys(files)],
  ])
    run('git', args, root)
  return root
}

/** Runs a command of the workspace (`node_modules/.bin`) or of the machine, in a folder. */
export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): { readonly status: number | null; readonly output: string } {
  const bin = join(REPOSITORY, 'node_modules/.bin')
  const path = `${bin}:${process.env['PATH']}`
  const options = { cwd, encoding: 'utf8' as const, env: { ...process.env, ...env, PATH: path } }
  const { status, stdout, stderr, error } = spawnSync(command, args, options)
  if (error !== undefined) throw error
  return { status, output: stdout + stderr }
}
