import { problem, type Problem } from './problem.ts'
import { VARIABLE_NAME } from './source.ts'

/** The variables of a `.env` text, with the line each one is on. */
export interface ParsedEnv {
  readonly values: ReadonlyMap<string, { readonly value: string; readonly source: string }>
  readonly problems: readonly Problem[]
}

/**
 * Parses the subset of `.env` that shells, Node's `--env-file` and dotenv all read the same way: comment lines, blank
 * lines and `NAME=value` where the value is made of plain characters, or is in single quotes (anything but a single
 * quote), or in double quotes (nothing that is expanded there). No `export`, no trailing comment, no continuation.
 *
 * @param source how problems name the file; the line number is appended
 */
export function parseEnv(text: string, source: string): ParsedEnv {
  const values = new Map<string, { value: string; source: string }>()
  const problems: Problem[] = []
  text.split('\n').forEach((line, index) => {
    if (line === '' || line.startsWith('#')) return
    const place = `${source}:${index + 1}`
    const equals = line.indexOf('=')
    const name = line.slice(0, Math.max(0, equals))
    if (!VARIABLE_NAME.test(name)) {
      problems.push(problem('line', place, 'line_malformed'))
      return
    }
    const match = VALUE.exec(line.slice(equals + 1))
    if (match === null) problems.push(problem(name, place, 'line_malformed'))
    else if (values.has(name)) problems.push(problem(name, place, 'line_repeated'))
    else values.set(name, { value: match[1] ?? match[2] ?? match[3] ?? '', source: place })
  })
  return { values, problems }
}

/** A value as {@link parseEnv} reads it back; undefined when no spelling can carry it (a single quote, a line break). */
export function quoteEnv(value: string): string | undefined {
  if (PLAIN.test(value)) return value
  return QUOTABLE.test(value) ? `'${value}'` : undefined
}

const VALUE = /^(?:'([^'\p{Cc}]*)'|"([^"\\$`\p{Cc}]*)"|([\w.,:/@%+=*~^-]*))$/u
const PLAIN = /^[\w.,:/@%+=*^-]*$/
const QUOTABLE = /^[^'\p{Cc}]*$/u
