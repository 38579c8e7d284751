import { type Arguments, type OptionSpec, UsageError } from './command.ts'

/** Options that several commands share. */
export const OUTPUT: OptionSpec = { type: 'string', value: 'text|json', help: 'json: one JSON document, for scripts' }
export const ENV_FILE: OptionSpec = {
  type: 'string',
  value: 'PATH',
  help: 'where to read variables from (default .env)',
}
export const KEY: OptionSpec = { type: 'string', value: 'ID', help: 'the id or label of a key in TRADING_API_KEYS' }
export const BODY: OptionSpec = { type: 'string', value: 'BODY', help: 'the JSON body; - reads it from standard input' }

/** True when a script reads the output. */
export function wantsJson(args: Arguments): boolean {
  const output = args.text('output') ?? 'text'
  if (output !== 'text' && output !== 'json') throw new UsageError('--output is text or json')
  return output === 'json'
}
