import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

/** Runs a command to its end, without standard input. */
export async function execute(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number | null; readonly stdout: string; readonly output: string }> {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_MS,
  })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { status: child.exitCode, stdout, output: stdout + stderr }
}

/** The same, for a command that must succeed: answers its standard output; all of its output is the error if it does not. */
export async function must(...parameters: Parameters<typeof execute>): Promise<string> {
  const { status, stdout, output } = await execute(...parameters)
  if (status !== 0)
    throw new Error(`${parameters[0]} ${parameters[1].join(' ')} ended with ${status} in ${parameters[2]}\n${output}`)
  return stdout
}

/** Settings of npm and pnpm as variables: in both spellings, because whoever started us may have set either. */
export function npmSettings(settings: Readonly<Record<string, string>>): Record<string, string> {
  const variables = Object.entries(settings).map(([name, value]) => [`npm_config_${name}`, value] as const)
  return Object.fromEntries(
    variables.flatMap(([name, value]) => [
      [name, value],
      [name.toUpperCase(), value],
    ]),
  )
}

const LONGEST_MS = 240_000
