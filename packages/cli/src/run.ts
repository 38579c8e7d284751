import { RingfenceError } from '@ringfence/errors'
import { type Command, type ExitCode, Failure, type Io, UsageError } from './command.ts'
import { COMMANDS } from './commands.ts'
import { commandHelp, overview } from './help.ts'
import { parseArguments } from './parse-arguments.ts'

/**
 * Runs the command that the words name and answers the exit code. Nothing is thrown for an operator's mistake.
 *
 * @example
 * ```ts
 * process.exitCode = await run(['keys', 'new', '--scope', 'read'], io)
 * ```
 */
export async function run(
  words: readonly string[],
  io: Io,
  commands: readonly Command[] = COMMANDS,
): Promise<ExitCode> {
  try {
    if (words.length === 0 || isHelp(words[0]!)) return explain(words.slice(1), io, commands)
    const command = find(words, commands)
    const rest = words.slice(command.name.split(' ').length)
    if (rest.includes('--help') || rest.includes('-h')) {
      io.out(commandHelp(command))
      return 0
    }
    return await command.run(parseArguments(command, rest), io)
  } catch (error) {
    if (error instanceof UsageError) {
      io.err(`ringfence: ${error.message} (see: ringfence help)`)
      return 2
    }
    if (!(error instanceof Failure || error instanceof RingfenceError)) throw error
    io.err(`ringfence: ${error.message}`)
    return 1
  }
}

function explain(words: readonly string[], io: Io, commands: readonly Command[]): ExitCode {
  io.out(words.length === 0 ? overview(commands) : commandHelp(find(words, commands)))
  return 0
}

function isHelp(word: string): boolean {
  return word === 'help' || word === '--help' || word === '-h'
}

/** The command whose whole name the words begin with. */
function find(words: readonly string[], commands: readonly Command[]): Command {
  const found = commands.find(({ name }) => name.split(' ').every((part, i) => part === words[i]))
  if (found !== undefined) return found
  const related = commands.filter(({ name }) => name.startsWith(`${words[0]!} `)).map(({ name }) => name)
  throw new UsageError(related.length > 0 ? `did you mean ${related.join(' or ')}?` : 'there is no such command')
}
