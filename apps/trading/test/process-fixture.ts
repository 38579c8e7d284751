import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { GeneratedApiKey } from '@ringfence/hmac-auth'
import type { signedFetch } from '@ringfence/hmac-auth/client'
import { freePort } from '@ringfence/redis/testing'

/** The program, running. */
export interface Running {
  readonly child: ChildProcess
  readonly url: string
  readonly lines: Record<string, unknown>[]
  readonly stderr: string[]
  text(): string
  readonly listening: Promise<unknown>
  readonly ended: Promise<number | null>
}

/** What the program needs at least, on a port of its own and with its files in this folder. */
export async function developmentSettings(
  folder: string,
  keys: readonly GeneratedApiKey[],
): Promise<Record<string, string>> {
  return {
    NODE_ENV: 'development',
    TRADING_PORT: String(await freePort()),
    TRADING_API_KEYS: JSON.stringify(keys),
    TRADING_DB_PATH: join(folder, 'state', 'orders.db'),
    TRADING_DB_KEY: randomBytes(32).toString('hex'),
    TRAIL_KEY: randomBytes(32).toString('base64url'),
    LOG_FINGERPRINT_KEY: randomBytes(32).toString('base64url'),
  }
}

/** Runs the program in this folder, with these settings and nothing else in its environment. Whoever starts it stops it. */
export function start(cwd: string, env: Record<string, string>, args: readonly string[] = []): Running {
  const child = spawn(process.execPath, ['--conditions=@ringfence/source', MAIN, ...args], {
    cwd,
    env: { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const raw: string[] = []
  const lines: Record<string, unknown>[] = []
  const stderr: string[] = []
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk.toString('utf8')))
  let heard!: (line: unknown) => void
  const listening = new Promise((resolve) => (heard = resolve))
  createInterface({ input: child.stdout }).on('line', (line) => {
    raw.push(line)
    if (args.length > 0) return
    const parsed = JSON.parse(line) as Record<string, unknown>
    lines.push(parsed)
    if (parsed['event'] === 'listening') heard(parsed)
  })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const url = `http://127.0.0.1:${env['TRADING_PORT']}`
  return { child, url, lines, stderr, text: () => raw.join('\n'), listening, ended }
}

/** Waits until it listens. */
export async function listening(app: Running): Promise<Running> {
  const first = await Promise.race([app.listening, app.ended])
  if (typeof first === 'number') throw new Error(`it ended with ${first}: ${app.text()} ${app.stderr.join('')}`)
  return app
}

/** After a start, signatures count from one to two seconds later on: the replay store cannot know about earlier ones. */
export async function acceptsSignatures(client: ReturnType<typeof signedFetch>, url: string): Promise<void> {
  await until(async () => (await client(`${url}/v1/account`)).status === 200)
}

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 40; tries++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
  throw new Error('it never came true')
}

const MAIN = new URL('../src/main.ts', import.meta.url).pathname
