export {
  type Arguments,
  type Command,
  type ExitCode,
  Failure,
  type Io,
  type OptionSpec,
  UsageError,
} from './command.ts'
export { run } from './run.ts'
