import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment } from '@ringfence/secret-config'
import type { DevelopmentEnv, Ports } from './development-env.ts'
import { ensureEnvFile } from './ensure-env-file.ts'
import { pretty } from './pretty.ts'
import { startStack } from './processes.ts'

/**
 * Serves both apps and the development OAuth server until it is told to stop. The first run writes `.env` with fresh
 * secrets, readable by its owner only; later runs use it.
 *
 * @param root the folder of the repository
 * @param stopped resolves when the operator has had enough
 * @returns a sentence if a process ended that should have gone on
 */
export async function start(
  root: string,
  print: (line: string) => void,
  stopped: Promise<unknown>,
): Promise<string | undefined> {
  if (ensureEnvFile(root, PORTS)) print('Wrote .env with fresh secrets (mode 0600, ignored by git).')
  const env = fromShell()
  const stack = await startStack({
    root,
    cwd: root,
    ports: PORTS,
    env,
    onLine: (from, line) => print(pretty(from, line)),
  })
  print(ready(packageManager(root)))
  const ended = await Promise.race([stack.ended, stopped.then(() => undefined)])
  await stack.stop()
  return ended
}

/** What the shell sets for the apps wins over `.env`, e.g. `REDIS_URL=redis://127.0.0.1:6379`. */
function fromShell(): DevelopmentEnv {
  const shell = environment()
  const wanted = shell.read(new Set()).names.filter((name) => /^(?:TRADING_|TOOLS_|REDIS_URL)/.test(name))
  const { values } = shell.read(new Set(wanted))
  return Object.fromEntries([...values].map(([name, { value }]) => [name, value]))
}

/** The one that the repository names, so that nobody needs it installed. */
function packageManager(root: string): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { packageManager: string }).packageManager
}

const PORTS: Ports = { trading: 7101, tools: 7102, oauth: 7103 }

const ready = (pnpm: string): string => `
Trading API   http://127.0.0.1:7101
Tool server   http://127.0.0.1:7102/mcp
OAuth server  http://127.0.0.1:7103 (development only)

Try, in another terminal:
  npx -y ${pnpm} ringfence call trading GET /v1/instruments
  npx -y ${pnpm} ringfence call trading POST /v1/orders --json '{"clientOrderId":"my-1","symbol":"BTC-EUR","side":"buy","type":"limit","quantity":"0.0125","limitPrice":"60000.5"}'
  npx -y ${pnpm} ringfence token --scope tools:info
  curl -i http://127.0.0.1:7101/v1/account     # refused: nothing is signed

Ctrl-C stops everything.
`
