import { closeSync, fsyncSync, linkSync, openSync, unlinkSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { RingfenceError } from '@ringfence/errors'
import { quoteEnv } from './parse-env.ts'
import type { Secret } from './secret.ts'
import { VARIABLE_NAME } from './source.ts'

/**
 * Writes a fresh `.env` that only its owner can read. It never replaces a file, and a crash leaves none or all of it.
 *
 * @param comment lines for the top of the file
 * @throws RingfenceError `config_invalid` when the file exists, cannot be written or a value has no `.env` spelling
 *
 * @example
 * ```ts
 * writeEnvFile('.env', { TRADING_DB_KEY: randomBytes(32).toString('hex') }, ['Development secrets. Never commit.'])
 * ```
 */
export function writeEnvFile(
  path: string,
  values: Readonly<Record<string, string | Secret>>,
  comment: readonly string[] = [],
): void {
  if (comment.some((line) => /\p{Cc}/u.test(line))) {
    throw new RingfenceError('config_invalid', 'writeEnvFile: a comment is one line without control characters')
  }
  const lines = comment.map((line) => `# ${line}`)
  for (const [name, value] of Object.entries(values)) {
    const quoted = typeof value === 'string' ? quoteEnv(value) : value.use(quoteEnv)
    if (!VARIABLE_NAME.test(name) || quoted === undefined) {
      throw new RingfenceError('config_invalid', `writeEnvFile: ${name} cannot be written as a line of a .env file`)
    }
    lines.push(`${name}=${quoted}`)
  }
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  try {
    const file = openSync(draft, 'wx', 0o600)
    try {
      writeFileSync(file, `${lines.join('\n')}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    // A link, unlike a rename, fails when the name is taken.
    linkSync(draft, path)
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST'
    throw new RingfenceError(
      'config_invalid',
      `writeEnvFile: ${path} ${exists ? 'already exists' : 'cannot be written'}`,
    )
  } finally {
    discard(draft)
  }
}

function discard(draft: string): void {
  try {
    unlinkSync(draft)
  } catch {
    // It was never made.
  }
}
