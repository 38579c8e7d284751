/** What can be wrong with a configuration. `invalid_*` and `too_*` say which kind of check the schema refused. */
export type ConfigRule = keyof typeof HINTS

/** One problem of a configuration: where it is and which rule it breaks, never the value. */
export interface Problem {
  /** The variable, with the place inside it for JSON values: `TRADING_API_KEYS[0].secret`. */
  readonly name: string
  /** Where the value came from: `environment`, `.env:12`, a file's path. */
  readonly source: string
  readonly rule: ConfigRule
  /** What would be right. */
  readonly hint: string
}

/** Makes a problem; without a hint of the schema's author, the rule's own sentence is used. */
export function problem(name: string, source: string, rule: ConfigRule, hint?: string): Problem {
  return { name, source, rule, hint: hint ?? HINTS[rule] }
}

/** All problems as text, one line each. */
export function formatProblems(problems: readonly Problem[]): string {
  const lines = problems.map(({ name, source, rule, hint }) => `  ${name} (${source}): ${rule}: ${hint}`)
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  return [`the configuration has ${count}:`, ...new Set(lines)].join('\n')
}

/** True for a rule id that {@link problem} knows. */
export function isConfigRule(rule: string): rule is ConfigRule {
  return Object.hasOwn(HINTS, rule)
}

const HINTS = {
  missing: 'set it, or set it with _FILE appended to the path of a file that holds it',
  empty: 'an empty value is not a value: set one or remove the variable',
  set_twice: 'set either the variable or its _FILE form, not both',
  unknown_name: 'no such variable',
  placeholder: 'this is a sample or guessable value: generate a random one',
  env_file_in_production: 'a .env file is for development only (NODE_ENV=development): inject the variables instead',
  line_malformed: "write NAME=value, quoting anything but plain characters as NAME='value'",
  line_repeated: 'the variable is already set on an earlier line',
  file_unreadable: 'the file cannot be opened for reading',
  file_not_regular: 'the path must lead to a regular file',
  file_outside: 'a link leads out of the mounted directory',
  file_exposed: 'only the owner may read it: chmod 600',
  file_writable: 'others than its owner and group may write to it: chmod o-w',
  file_too_large: 'the file is larger than a configuration value can be',
  file_unstable: 'the files kept changing while they were read',
  text_not_utf8: 'the file is not UTF-8 text',
  text_nul: 'it contains a NUL character',
  text_bom: 'it starts with a byte order mark: save it without one',
  text_crlf: 'it contains a carriage return: save it with Unix line ends',
  schema_failed: 'the check of this variable failed to run',
  invalid: 'the value is not acceptable',
  invalid_type: 'the value has the wrong type',
  invalid_format: 'the value has the wrong format',
  invalid_value: 'the value is not one of those allowed',
  invalid_union: 'the value matches none of the allowed forms',
  invalid_element: 'an element is not acceptable',
  invalid_key: 'a key is not acceptable',
  not_multiple_of: 'the number is not a multiple of the required step',
  too_small: 'the value is too small or too short',
  too_big: 'the value is too big or too long',
  unrecognized_keys: 'it has a field that is not known',
}
