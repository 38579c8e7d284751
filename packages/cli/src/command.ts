/** An option of a command, as `--name` on the command line. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean'
  /** What the help calls its value, such as `ID`. */
  readonly value?: string
  readonly help: string
  /** May be given several times. */
  readonly multiple?: boolean
  readonly required?: boolean
}

/** A command, as data: the help and the parsing of its arguments follow from it. */
export interface Command {
  /** As typed: `keys new`. */
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** Names of what comes before the options, all required: `METHOD`. */
  readonly operands: readonly string[]
  readonly options: Readonly<Record<string, OptionSpec>>
  /** Paragraphs below the options. */
  readonly details: readonly string[]
  readonly examples: readonly string[]
  run(args: Arguments, io: Io): Promise<ExitCode>
}

/** What was typed, checked against the command's specification. */
export interface Arguments {
  /** The operand with this name. */
  operand(name: string): string
  /** The last value of an option. */
  text(option: string): string | undefined
  texts(option: string): readonly string[]
  flag(option: string): boolean
}

/** Where a command reads and writes. */
export interface Io {
  /** Results, for people or for the next program. */
  readonly out: (text: string) => void
  /** Everything that is not a result. */
  readonly err: (text: string) => void
  /** All of standard input. */
  readonly input: () => Promise<string>
  /** Resolves when the operator interrupts. */
  readonly interrupted: Promise<void>
}

/** 0: it worked. 1: it was refused or failed. 2: the command line was wrong. */
export type ExitCode = 0 | 1 | 2

/** A wrong command line. The message is for the operator and repeats no value. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Something the operator can understand went wrong; the message is all there is to say. */
export class Failure extends Error {
  override readonly name = 'Failure'
}
