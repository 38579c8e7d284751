import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DevelopmentEnv, Ports } from './development-env.ts'

/** One process of the stack. */
export type ProcessName = 'oauth' | 'trading' | 'tools'

/** A running development stack. */
export interface Stack {
  /** Resolves with a sentence if a process ends by itself. */
  readonly ended: Promise<string>
  stop(): Promise<void>
}

/**
 * Starts the development OAuth server, the trading API and the tool server as processes of their own, and waits until
 * each answers its health check.
 *
 * @param root the folder of the repository
 * @param cwd the working directory of the processes, where `.env` is looked for
 * @param onLine called with every line they write
 * @throws Error with one sentence when one of them does not come up
 */
export async function startStack(options: {
  readonly root: string
  readonly cwd: string
  readonly ports: Ports
  readonly env: DevelopmentEnv
  readonly onLine: (from: ProcessName, line: string) => void
}): Promise<Stack> {
  const { root, cwd, ports, env, onLine } = options
  const children = new Map<ProcessName, ChildProcess>()
  const last = new Map<ProcessName, string>()
  const ends: Promise<string>[] = []
  for (const name of NAMES) {
    // Nothing is inherited but what the stack itself sets: a stray variable of the shell cannot change a demo.
    const child = spawn(process.execPath, ['--enable-source-maps', `${root}/${ENTRY[name]}`], {
      cwd,
      env: { ...env, NODE_ENV: 'development' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.set(name, child)
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        last.set(name, line)
        onLine(name, line)
      })
    }
    ends.push(
      once(child, 'close').then(([code]) => `the ${name} process ended (${String(code)}): ${last.get(name) ?? ''}`),
    )
  }
  const ended = Promise.race(ends)
  const stop = async (): Promise<void> => {
    for (const child of children.values()) child.kill('SIGTERM')
    await Promise.all(ends)
  }
  const giveUp = new AbortController()
  const up = NAMES.map((name) => answers(`http://127.0.0.1:${ports[name]}${HEALTH[name]}`, giveUp.signal))
  const late = sleep(START_MS, `the stack did not answer within ${START_MS / 1_000} s`, { ref: false })
  const failure = await Promise.race([Promise.all(up).then(() => undefined), ended, late])
  giveUp.abort()
  if (failure === undefined) return { ended, stop }
  await stop()
  throw new Error(failure)
}

async function answers(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const response = await fetch(url, { signal }).catch(() => undefined)
    if (response?.ok === true) return
    await sleep(50)
  }
}

const NAMES: readonly ProcessName[] = ['oauth', 'trading', 'tools']

const ENTRY: Readonly<Record<ProcessName, string>> = {
  oauth: 'apps/tool-server/dev/main.ts',
  trading: 'apps/trading/dist/main.js',
  tools: 'apps/tool-server/dist/main.js',
}
const HEALTH: Readonly<Record<ProcessName, string>> = {
  oauth: '/.well-known/oauth-authorization-server',
  trading: '/healthz',
  tools: '/healthz',
}
const START_MS = 30_000
