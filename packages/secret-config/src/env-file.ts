import { lstatSync } from 'node:fs'
import { basename } from 'node:path'
import { parseEnv } from './parse-env.ts'
import { problem } from './problem.ts'
import { readTextFile } from './read-text-file.ts'
import type { Reading, Source } from './source.ts'

/**
 * A `.env` file as a source, for development: only its owner may be able to read it (0600), and in production its
 * presence is refused. A file that does not exist holds nothing. See {@link parseEnv} for what a line may say.
 *
 * @example
 * ```ts
 * loadConfig(schema, { sources: [environment(), envFile('.env')] })  // the environment wins
 * ```
 */
export function envFile(path: string): Source {
  const name = basename(path)
  return {
    name,
    developmentOnly: true,
    read(wanted): Reading {
      if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return ABSENT
      const file = readTextFile(path, { forbidden: { mode: 0o077, rule: 'file_exposed' }, maxBytes: MAX_BYTES })
      if (!file.ok) return { ...ABSENT, present: true, problems: [problem('file', name, file.rule)] }
      const { values, problems } = parseEnv(file.text, name)
      const kept = [...values].filter(([key]) => wanted.has(key))
      return { present: true, names: [...values.keys()], values: new Map(kept), problems }
    },
  }
}

const ABSENT: Reading = { present: false, names: [], values: new Map(), problems: [] }

const MAX_BYTES = 262_144
