import { RingfenceError } from '@ringfence/errors'
import { type Bindings, type ChildLoggerOptions, type DestinationStream, type Logger, pino, symbols } from 'pino'
import { createRedactor, type Redactor, type RedactorOptions } from './create-redactor.ts'

/** How to log. */
export interface LoggerOptions extends RedactorOptions {
  /** The `name` field of every line. */
  readonly name: string
  /** Default `info`. */
  readonly level?: string
  /** Default standard output. */
  readonly destination?: DestinationStream
  /** A redactor shared with other sinks, instead of `secrets` and `fingerprintKey`. */
  readonly redactor?: Redactor
  /** Milliseconds since the epoch; default the system's clock. */
  readonly clock?: { now(): number }
}

/**
 * Makes a pino logger that cannot leak. Message, interpolated arguments, merged object, child bindings, serializer
 * output, error, cause and stack all pass the same redactor, and the finished line is searched once more.
 * A log call never throws: what cannot be read becomes `[unredactable:Type]`.
 *
 * @example
 * ```ts
 * const log = createLogger({ name: 'trading', secrets: [config.TRADING_DB_KEY], fingerprintKey: { key, keyId: 'k1' } })
 * log.info({ headers: { authorization: 'Bearer abc' } }, 'request')  // {"headers":{"authorization":"[redacted]"}}
 * ```
 */
export function createLogger(options: LoggerOptions): Logger {
  const { name, level = 'info', destination, clock = { now: () => Date.now() } } = options
  if (options.redactor !== undefined && (options.secrets !== undefined || options.fingerprintKey !== undefined)) {
    throw new RingfenceError('option_invalid', 'createLogger: give the secrets and the fingerprint key to the redactor')
  }
  const redactor = options.redactor ?? createRedactor(options)
  const logger = pino(
    {
      name,
      level,
      timestamp: () => `,"time":${clock.now()}`,
      // The writer below knows errors under any name, with their causes.
      serializers: { err: (error: unknown) => error },
      hooks: {
        streamWrite: (line) => redactor.line(line),
        logMethod(args, method): void {
          try {
            method.apply(this, args)
          } catch {
            // A getter or toString of the caller's threw inside pino. Plain copies cannot.
            method.apply(this, args.map((one: unknown) => plainCopy(redactor, one)) as typeof args)
          }
        },
      },
    },
    destination ?? pino.destination(1),
  )
  install(logger, redactor)
  return logger
}

/**
 * Puts the redactor where pino turns values into text: after serializers, for bindings, objects, messages and
 * arguments alike. A function per field, since only there the field's name is known.
 */
function install(logger: Logger, redactor: Redactor): void {
  const stringifiers = new Map<string, (value: unknown) => string>()
  const byField = (_: object, field: string | symbol): unknown => {
    if (typeof field === 'symbol') return undefined
    const known = stringifiers.get(field)
    if (known !== undefined) return known
    const made = (value: unknown): string => redactor.stringify(value, field)
    if (stringifiers.size < MAX_FIELDS) stringifiers.set(field, made)
    return made
  }
  // What the method below hides, without the type parameter, which `call` cannot carry.
  const pinos = Object.getPrototypeOf(logger) as {
    child(this: Logger, bindings: Bindings, options?: ChildLoggerOptions): Logger
  }
  Object.assign(logger, {
    [symbols.stringifiersSym]: new Proxy({}, { get: byField }),
    [symbols.formatOptsSym]: { stringify: (value: unknown) => redactor.stringify(value) },
    child(this: Logger, bindings: Bindings, options?: ChildLoggerOptions): Logger {
      // It would replace the stringifiers with pino's own, for this child and all of its children.
      if (options?.redact !== undefined) {
        throw new RingfenceError('option_invalid', "child: pino's redact option would switch this redaction off")
      }
      return pinos.child.call(this, bindings, options)
    },
  })
}

function plainCopy(redactor: Redactor, value: unknown): unknown {
  if (typeof value === 'symbol') return String(value)
  if (typeof value !== 'object' || value === null) return value
  const copy: unknown = JSON.parse(redactor.stringify(value))
  return value instanceof Error || typeof copy !== 'object' ? { err: copy } : copy
}

/** Field names are few; names made up by a caller must not fill the memory. */
const MAX_FIELDS = 1_000
