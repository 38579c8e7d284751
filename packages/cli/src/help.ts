import type { Command, OptionSpec } from './command.ts'

/** The list of commands. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  return [
    'Usage: ringfence COMMAND [ARGUMENTS]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    '`ringfence help COMMAND` explains one. Exit codes: 0 it worked, 1 it was refused or failed, 2 the command line is wrong.',
  ].join('\n')
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const options = Object.entries(command.options)
  const usage = ['ringfence', command.name, ...command.operands, ...(options.length === 0 ? [] : ['[OPTIONS]'])]
  const labels = options.map(([name, option]) => label(name, option))
  const width = Math.max(0, ...labels.map((text) => text.length))
  return [
    `Usage: ${usage.join(' ')}`,
    '',
    command.summary,
    ...(options.length === 0 ? [] : ['', 'Options:']),
    ...options.map(([, option], i) => `  ${labels[i]!.padEnd(width)}  ${option.help}${traits(option)}`),
    ...command.details.flatMap((paragraph) => ['', paragraph]),
    ...(command.examples.length === 0 ? [] : ['', 'Examples:']),
    ...command.examples.map((example) => `  ${example}`),
  ].join('\n')
}

function label(name: string, { value }: OptionSpec): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`
}

function traits({ required, multiple }: OptionSpec): string {
  const words = [...(required === true ? ['required'] : []), ...(multiple === true ? ['repeatable'] : [])]
  return words.length === 0 ? '' : ` (${words.join(', ')})`
}
