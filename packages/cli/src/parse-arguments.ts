import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { type Arguments, type Command, UsageError } from './command.ts'

/**
 * Parses what follows a command's name.
 *
 * @throws UsageError for an unknown option, a missing or superfluous operand, or a missing required option
 */
export function parseArguments(command: Command, words: readonly string[]): Arguments {
  const { values, positionals } = parse(command, words)
  if (positionals.length !== command.operands.length) {
    const expected = command.operands.length === 0 ? 'nothing before its options' : command.operands.join(' ')
    throw new UsageError(`${command.name} expects ${expected}`)
  }
  for (const [name, option] of Object.entries(command.options)) {
    if (option.required === true && values[name] === undefined) throw new UsageError(`${command.name} needs --${name}`)
  }
  const texts = (option: string): readonly string[] =>
    (values[option] ?? []).filter((value) => typeof value === 'string')
  return {
    operand: (name) => positionals[command.operands.indexOf(name)]!,
    text: (option) => texts(option).at(-1),
    texts,
    flag: (option) => values[option]?.at(-1) === true,
  }
}

function parse(
  command: Command,
  words: readonly string[],
): { values: Readonly<Record<string, (string | boolean)[] | undefined>>; positionals: string[] } {
  const options: ParseArgsOptionsConfig = Object.fromEntries(
    Object.entries(command.options).map(([name, { type }]) => [name, { type, multiple: true }]),
  )
  try {
    const parsed = parseArgs({ args: [...words], options, allowPositionals: true })
    const values = parsed.values as Record<string, (string | boolean)[] | undefined>
    for (const [name, given] of Object.entries(values)) {
      if ((given?.length ?? 0) > 1 && command.options[name]?.multiple !== true) {
        throw new UsageError(`${command.name} takes --${name} once`)
      }
    }
    return { values, positionals: parsed.positionals }
  } catch (error) {
    if (error instanceof UsageError) throw error
    // node's sentence names the option, never its value.
    throw new UsageError(`${command.name}: ${(error as Error).message.split('.')[0]!}`)
  }
}
