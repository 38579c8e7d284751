import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { writeEnvFile } from '@ringfence/secret-config'
import { developmentEnv, type DevelopmentEnv } from '../../src/repository/development-env.ts'
import { freePorts } from '../../src/repository/free-ports.ts'
import { folder } from './folder.ts'

/** The real trading app and development OAuth server, with the `.env` that the first start writes. */
export interface Stack {
  /** Holds the `.env`. */
  readonly cwd: string
  readonly env: DevelopmentEnv
  readonly stop: () => Promise<void>
}

/** Starts both from source and waits until they answer. */
export async function startStack(): Promise<Stack> {
  const { path: cwd, remove } = folder()
  const ports = await freePorts()
  const env = developmentEnv(ports, cwd)
  writeEnvFile(join(cwd, '.env'), env)
  const children = ['apps/trading/src/main.ts', 'apps/tool-server/dev/main.ts'].map((entry) =>
    spawn(process.execPath, ['--conditions=@ringfence/source', join(ROOT, entry)], {
      cwd,
      env: { NODE_ENV: 'development', NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '' },
      stdio: 'ignore',
    }),
  )
  await Promise.all([
    answers(`http://127.0.0.1:${ports.trading}/healthz`, children),
    answers(`http://127.0.0.1:${ports.oauth}/.well-known/oauth-authorization-server`, children),
  ])
  const stop = async (): Promise<void> => {
    const exits = children.filter((child) => child.exitCode === null).map((child) => once(child, 'exit'))
    for (const child of children) child.kill('SIGTERM')
    await Promise.all(exits)
    remove()
  }
  return { cwd, env, stop }
}

async function answers(url: string, children: readonly ChildProcess[]): Promise<void> {
  while (children.every((child) => child.exitCode === null)) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok === true) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('a process of the stack ended')
}

const ROOT = join(import.meta.dirname, '../../../..')
