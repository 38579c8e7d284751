import { type Arguments, UsageError } from './command.ts'
import type { TradingConfig } from './operator-config.ts'

/** The methods that an API of ours can have. */
export function checkedMethod(method: string): string {
  if (!METHODS.has(method)) throw new UsageError(`the method is one of ${[...METHODS].join(', ')}, in capitals`)
  return method
}

/** An absolute URL from a path and `--url`, or from the configured address. */
export function tradingUrl(path: string, args: Arguments, config: TradingConfig): string {
  if (!path.startsWith('/')) throw new UsageError('the path starts with a slash: /v1/account')
  const host = config.TRADING_HOST[0]!
  const local = `http://${host.includes(':') ? `[${host}]` : host}:${config.TRADING_PORT}`
  return checkedUrl(`${args.text('url') ?? local}${path}`)
}

/** A URL that a request with a secret may go to: https, or http that stays on this machine. */
export function checkedUrl(text: string): string {
  const url = URL.parse(text)
  const local = url !== null && /^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(url.hostname)
  if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && local))) {
    throw new UsageError('the URL must be https:, or http: to a loopback address')
  }
  return url.href
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
