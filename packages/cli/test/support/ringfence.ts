import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { run } from '../../src/run.ts'

/** What a run of the command left behind. */
export interface Run {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

interface RunOptions {
  readonly cwd: string
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  /** What a shell does first, such as `ulimit -f 1`. */
  readonly shell?: string
}

/** Runs the real command in a process of its own, with nothing in its environment but what is given. */
export async function ringfence(args: readonly string[], options: RunOptions): Promise<Run> {
  const command = [process.execPath, '--conditions=@ringfence/source', MAIN, ...args]
  const first = options.shell === undefined ? [] : ['sh', '-c', `${options.shell}; exec "$@"`, 'sh']
  const [program, ...words] = [...first, ...command] as [string, ...string[]]
  const child = spawn(program, words, {
    cwd: options.cwd,
    env: { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '', ...options.env },
  })
  child.stdin.end(options.input ?? '')
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: child.exitCode, out, err }
}

/** The same in this process, which is a lot faster: for everything that a process of its own does not change. */
export async function runHere(args: readonly string[], input = ''): Promise<Run> {
  const [out, err]: [string[], string[]] = [[], []]
  const code = await run(args, {
    out: (line) => out.push(`${line}\n`),
    err: (line) => err.push(`${line}\n`),
    input: async () => input,
    interrupted: new Promise(() => {}),
  })
  return { code, out: out.join(''), err: err.join('') }
}

const MAIN = join(import.meta.dirname, '../../src/main.ts')
