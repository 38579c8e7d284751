import { type Arguments, type Io, UsageError } from './command.ts'

/** The body given with `--json`, byte for byte as typed: it must be JSON, but it is not rewritten. */
export async function readBody(args: Arguments, io: Io): Promise<string | undefined> {
  const given = args.text('json')
  const body = given === '-' ? await io.input() : given
  if (body === undefined) return undefined
  try {
    JSON.parse(body)
  } catch {
    throw new UsageError('--json is not JSON')
  }
  return body
}
