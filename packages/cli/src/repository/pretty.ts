/** One JSON log line of an app as a line for people; anything else as it is. */
export function pretty(from: string, line: string): string {
  const entry = parse(line)
  if (entry === undefined) return `${from.padEnd(8)}${line}`
  const { level, time, event, msg = event, name: _name, pid: _pid, hostname: _hostname, ...rest } = entry
  const at = typeof time === 'number' ? `${new Date(time).toISOString().slice(11, 23)} ` : ''
  const severity = typeof level === 'number' ? `${LEVELS[level] ?? level} ` : ''
  const fields = Object.keys(rest).length === 0 ? '' : ` ${JSON.stringify(rest)}`
  return `${from.padEnd(8)}${at}${severity}${typeof msg === 'string' ? msg : ''}${fields}`
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    return undefined
  }
}

const LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info ',
  40: 'WARN ',
  50: 'ERROR',
  60: 'FATAL',
}
