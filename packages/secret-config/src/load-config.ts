import { RingfenceError } from '@ringfence/errors'
import type { z } from 'zod'
import { isProduction } from './environment.ts'
import { findSecrets } from './find-secrets.ts'
import { freezeDeep } from './freeze-deep.ts'
import { isPlaceholder } from './is-placeholder.ts'
import { formatProblems, isConfigRule, problem, type Problem } from './problem.ts'
import { readVariables, type Variables } from './read-variables.ts'
import { schemaPlace } from './schema-place.ts'
import type { Source } from './source.ts'

/** How to load. */
export interface LoadOptions<Schema extends z.ZodObject> {
  /** Asked in order: the first that has a variable provides it. */
  readonly sources: readonly Source[]
  /** Default {@link isProduction}. In production a `.env` file and placeholder secrets are refused. */
  readonly production?: boolean
  /** Variables with these prefixes must be known: `TRADING_PROT` is reported instead of ignored. */
  readonly prefixes?: readonly string[]
  /** Variables for which an empty value is a value. For all others it is a problem. */
  readonly mayBeEmpty?: readonly (keyof z.output<Schema> & string)[]
}

/** What {@link loadConfig} answers: frozen all the way down. */
export type Config<Schema extends z.ZodObject> = Readonly<z.output<Schema>>

/**
 * Loads and checks the whole configuration, or throws one error that lists everything that is wrong with it: variable,
 * source, rule and hint. No value and no message of the schema is ever in it; hints come from `describe`.
 *
 * Every variable `NAME` can also come as `NAME_FILE`, the path of a file that holds the value.
 *
 * @throws RingfenceError `config_invalid`
 *
 * @example
 * ```ts
 * const config = loadConfig(z.object({ TRADING_PORT: port().default(7101), TRADING_DB_KEY: secret({ hexBytes: 32 }) }), {
 *   sources: [environment(), envFile('.env')],
 *   prefixes: ['TRADING_'],
 * })
 * config.TRADING_DB_KEY.use((hex) => openEncrypted('trading.db', hex))
 * ```
 */
export function loadConfig<Schema extends z.ZodObject>(schema: Schema, options: LoadOptions<Schema>): Config<Schema> {
  const { sources, production = isProduction(), prefixes = [], mayBeEmpty = [] } = options
  const variables = readVariables(Object.keys(schema.shape), { sources, production, prefixes, mayBeEmpty })
  const parsed = parse(schema, variables)
  const problems = [...variables.problems, ...schemaProblems(schema, parsed.issues, variables, sources)]
  const secrets = findSecrets(parsed.config)
  if (production) problems.push(...placeholderProblems(secrets, variables))
  if (parsed.config === undefined || problems.length > 0) {
    throw new RingfenceError('config_invalid', formatProblems(problems))
  }
  const secretNames = [...new Set(secrets.map(({ name }) => name))]
  for (const source of sources) source.forget?.(secretNames)
  return freezeDeep(parsed.config)
}

interface Parsed<T> {
  readonly config: T | undefined
  readonly issues: readonly Issue[]
}

interface Issue {
  readonly code: string
  readonly path: readonly PropertyKey[]
}

function parse<Schema extends z.ZodObject>(schema: Schema, { found }: Variables): Parsed<z.output<Schema>> {
  const texts = Object.fromEntries([...found].map(([name, { value }]) => [name, value]))
  try {
    const result = schema.safeParse(texts)
    return result.success ? { config: result.data, issues: [] } : { config: undefined, issues: result.error.issues }
  } catch {
    // A check threw, perhaps with the value in its message. Ask each variable alone to learn whose it was.
    return { config: undefined, issues: issuesOneByOne(schema, texts) }
  }
}

function issuesOneByOne(schema: z.ZodObject, texts: Readonly<Record<string, string>>): Issue[] {
  const issues = Object.keys(schema.shape).flatMap((name): Issue[] => {
    try {
      const only: {} = { [name]: true }
      const result = schema.pick(only).safeParse(texts)
      return result.success ? [] : result.error.issues
    } catch {
      return [{ code: 'schema_failed', path: [name] }]
    }
  })
  return issues.length > 0 ? issues : [{ code: 'schema_failed', path: [] }]
}

function schemaProblems(
  schema: z.ZodObject,
  issues: readonly Issue[],
  { found, broken }: Variables,
  sources: readonly Source[],
): Problem[] {
  const nowhere = `not in ${sources.map(({ name }) => name).join(', ')}`
  return issues.flatMap(({ code, path }): Problem[] => {
    const name = String(path[0] ?? '')
    if (broken.has(name)) return []
    const place = schemaPlace(schema, path)
    const source = found.get(name)?.source
    const missing = source === undefined && path.length === 1 && code === 'invalid_type'
    const rule = missing ? 'missing' : isConfigRule(code) ? code : 'invalid'
    const hint = rule === 'unrecognized_keys' ? undefined : place.hint
    return [problem(place.label || 'configuration', source ?? nowhere, rule, hint)]
  })
}

function placeholderProblems(secrets: ReturnType<typeof findSecrets>, { found }: Variables): Problem[] {
  return secrets
    .filter(({ secret }) => secret.use((value) => isPlaceholder(Buffer.from(value).toString('latin1'))))
    .map(({ name }) => problem(name, found.get(name)?.source ?? 'default', 'placeholder'))
}
