import { closestName } from './closest-name.ts'
import { problem, type Problem } from './problem.ts'
import { readValueFile } from './read-value-file.ts'
import { type Source, VARIABLE_NAME } from './source.ts'

/** The text of each variable that some source holds. */
export interface Variables {
  readonly found: ReadonlyMap<string, { readonly value: string; readonly source: string }>
  /** Variables that are set but unusable, so that nobody reports them a second time as missing. */
  readonly broken: ReadonlySet<string>
  readonly problems: readonly Problem[]
}

/** What {@link readVariables} has to know. */
export interface ReadDemands {
  readonly sources: readonly Source[]
  readonly production: boolean
  readonly prefixes: readonly string[]
  readonly mayBeEmpty: readonly string[]
}

/** Collects the named variables, or the files that their `_FILE` forms name, from the sources. */
export function readVariables(names: readonly string[], demands: ReadDemands): Variables {
  const wanted = new Set(names.flatMap((name) => [name, `${name}${FILE}`]))
  const { values, problems } = readSources(wanted, demands)
  const found = new Map<string, { value: string; source: string }>()
  const broken = new Set(problems.map(({ name }) => name))
  for (const name of names) {
    const direct = values.get(name)
    const file = values.get(`${name}${FILE}`)
    if (direct !== undefined && file !== undefined) fail(name, problem(name, file.source, 'set_twice'))
    else if (file !== undefined) readFile(name, file)
    else if (direct !== undefined) accept(name, direct)
  }
  return { found, broken, problems }

  function readFile(name: string, file: { value: string; source: string }): void {
    if (file.value === '') return fail(name, problem(`${name}${FILE}`, file.source, 'empty'))
    const content = readValueFile(file.value)
    // The path is the operator's own and no secret, but a secret pasted there by mistake would be: it is not repeated.
    const source = `the file named by ${name}${FILE}`
    if (content.ok) accept(name, { value: content.text, source })
    else fail(name, problem(name, source, content.rule))
  }

  function accept(name: string, variable: { value: string; source: string }): void {
    if (variable.value === '' && !demands.mayBeEmpty.includes(name)) fail(name, problem(name, variable.source, 'empty'))
    else found.set(name, variable)
  }

  function fail(name: string, one: Problem): void {
    broken.add(name)
    problems.push(one)
  }
}

/** The first source that has a variable provides it. */
function readSources(
  wanted: ReadonlySet<string>,
  demands: ReadDemands,
): { values: Map<string, { value: string; source: string }>; problems: Problem[] } {
  const values = new Map<string, { value: string; source: string }>()
  const problems: Problem[] = []
  for (const source of demands.sources) {
    const reading = source.read(wanted)
    if (reading.present && source.developmentOnly === true && demands.production) {
      problems.push(problem('file', source.name, 'env_file_in_production'))
      continue
    }
    problems.push(...reading.problems)
    for (const [name, value] of reading.values) if (!values.has(name)) values.set(name, value)
    for (const name of reading.names) {
      const misspelt = !wanted.has(name) && demands.prefixes.some((prefix) => name.startsWith(prefix))
      if (!misspelt || !VARIABLE_NAME.test(name)) continue
      const meant = closestName(name, wanted)
      const hint = meant === undefined ? undefined : `no such variable: did you mean ${meant}?`
      problems.push(problem(name, source.name, 'unknown_name', hint))
    }
  }
  return { values, problems }
}

const FILE = '_FILE'
