import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

/** A program of this repository in a process of its own. */
export interface Running {
  readonly child: ChildProcess
  /** What it wrote, each line parsed: anything but JSON fails the test. */
  readonly lines: Record<string, unknown>[]
  text(): string
  errors(): string
  /** Resolves with the line that says that it listens. */
  readonly listening: Promise<Record<string, unknown>>
  readonly ended: Promise<number | null>
}

/**
 * Runs a program with these variables and nothing else in its environment.
 *
 * @param json false if it prints text for people
 */
export function start(options: {
  readonly main: URL
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  readonly json?: boolean
  /** What it reads on standard input. */
  readonly input?: string
}): Running {
  const { main, cwd, env, args = [], json = true, input } = options
  const child = spawn(process.execPath, ['--conditions=@ringfence/source', main.pathname, ...args], {
    cwd,
    env: { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.end(input)
  onTestFinished(() => void child.kill('SIGKILL'))
  const raw: string[] = []
  const errors: string[] = []
  const lines: Record<string, unknown>[] = []
  let heard!: (line: Record<string, unknown>) => void
  const listening = new Promise<Record<string, unknown>>((resolve) => (heard = resolve))
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString('utf8')))
  createInterface({ input: child.stdout }).on('line', (line) => {
    raw.push(line)
    if (!json) return
    const parsed = JSON.parse(line) as Record<string, unknown>
    lines.push(parsed)
    if (parsed['event'] === 'listening') heard(parsed)
  })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return { child, lines, text: () => raw.join('\n'), errors: () => errors.join(''), listening, ended }
}

/** Waits until it listens; fails if it ends instead. */
export async function listening(app: Running): Promise<Running> {
  const first = await Promise.race([app.listening, app.ended])
  if (typeof first === 'object' && first !== null) return app
  throw new Error(`it ended with ${String(first)}: ${app.text()} ${app.errors()}`)
}
