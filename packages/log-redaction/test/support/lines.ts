import type { Logger } from 'pino'
import { createLogger, type LoggerOptions } from '../../src/index.ts'

/** A parsed line: tests look anywhere into it. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Line = Record<string, any>

/** A logger that keeps its lines, every one of which must be one line of JSON. */
export function recorded(options: Partial<LoggerOptions> = {}): {
  log: Logger
  lines: string[]
  last: () => Line
} {
  const lines: string[] = []
  const destination = {
    write(line: string): void {
      if (!line.endsWith('\n') || line.indexOf('\n') !== line.length - 1) throw new Error(`not one line: ${line}`)
      JSON.parse(line)
      lines.push(line)
    },
  }
  const log = createLogger({ name: 'test', level: 'trace', destination, clock: { now: () => 0 }, ...options })
  return { log, lines, last: () => JSON.parse(lines.at(-1)!) as Line }
}
