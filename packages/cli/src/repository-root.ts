import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Failure } from './command.ts'

/** The folder of the Ringfence repository that this file is part of, and that holds both apps. */
export function repositoryRoot(from: string = import.meta.dirname): string {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'pnpm-workspace.yaml')) && existsSync(join(folder, 'apps/trading'))) return folder
  }
  throw new Failure('start and demo serve the apps of the Ringfence repository: run them there')
}
