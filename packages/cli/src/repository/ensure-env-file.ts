import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { writeEnvFile } from '@ringfence/secret-config'
import { developmentEnv, type Ports } from './development-env.ts'

/**
 * Writes `.env` with fresh secrets into the folder, unless it is there already, and makes the folder for the state of
 * the apps. Both are for their owner only.
 *
 * @returns true if the file was written
 */
export function ensureEnvFile(root: string, ports: Ports): boolean {
  mkdirSync(join(root, STATE), { recursive: true, mode: 0o700 })
  const file = join(root, '.env')
  if (existsSync(file)) return false
  writeEnvFile(file, developmentEnv(ports, STATE), ['Development secrets, made by the first start. Never commit.'])
  return true
}

const STATE = '.state'
