import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pnpm } from '../pnpm.ts'
import { must } from './execute.ts'

/** Copies what git holds or would take to an empty folder, and installs it: versions can change there, not here. */
export async function copyWorkspace(root: string, folder: string): Promise<void> {
  const listed = await must('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], root)
  for (const file of listed.split('\0').filter((path) => path !== '' && existsSync(join(root, path)))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    cpSync(join(root, file), join(folder, file))
  }
  const { command, args } = pnpm()
  await must(command, [...args, 'install', '--frozen-lockfile', '--prefer-offline'], folder)
  // Changelogs name the commit that brought a changeset.
  await must('git', ['init', '--quiet'], folder)
  await commit(folder, 'Rehearsal')
}

/** Commits everything: changesets reads changesets from the work tree and their commits from git. */
export async function commit(folder: string, message: string): Promise<void> {
  await must('git', ['add', '--all'], folder)
  const identity = ['-c', 'user.name=rehearsal', '-c', 'user.email=rehearsal@example.invalid']
  await must('git', [...identity, 'commit', '--quiet', '--allow-empty', '--message', message], folder)
}
