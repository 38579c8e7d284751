import { RingfenceError } from '@ringfence/errors'

/** What a field of an event may hold: text, a number, a flag, or one of a few words. */
export type FieldKind = 'string' | 'number' | 'boolean' | readonly [string, ...string[]]

/** An event of the log: its name and the only fields it can have. */
export interface EventSchema<Fields extends Readonly<Record<string, FieldKind>>> {
  readonly event: string
  readonly fields: Fields
}

/** The values that an event's fields take. A field may be left out. */
export type EventValues<Fields extends Readonly<Record<string, FieldKind>>> = {
  readonly [Name in keyof Fields]?: ValueOf<Fields[Name]> | undefined
}

type ValueOf<Kind> = Kind extends 'string'
  ? string
  : Kind extends 'number'
    ? number
    : Kind extends 'boolean'
      ? boolean
      : Kind extends readonly (infer Word)[]
        ? Word
        : never

/**
 * Makes the only function that logs one kind of event. A field that is not listed does not compile, and is dropped at
 * run time; a value of another kind is replaced by its type. A list of what is permitted holds where a list of what is
 * forbidden cannot: nobody foresees every name under which an order's price turns up.
 *
 * @example
 * ```ts
 * const orderAccepted = allowlistEvent({ event: 'order.accepted', fields: { orderId: 'string', symbol: 'string' } })
 * log.info(orderAccepted({ orderId, symbol }))
 * log.info(orderAccepted({ orderId, limitPrice }))  // does not compile, and would not print it
 * ```
 */
export function allowlistEvent<const Fields extends Readonly<Record<string, FieldKind>>>(
  schema: EventSchema<Fields>,
): (values: EventValues<Fields>) => Readonly<Record<string, unknown>> {
  const fields = Object.entries<FieldKind>(schema.fields)
  if (schema.event === '' || fields.some(([name]) => name === 'event')) {
    throw new RingfenceError(
      'option_invalid',
      'allowlistEvent: an event needs a name, and no field may be called event',
    )
  }
  return (values) => {
    const entries = fields.flatMap(([name, kind]): [string, unknown][] => {
      const value: unknown = values[name]
      return value === undefined ? [] : [[name, permitted(value, kind) ? shorten(value) : `[${typeof value}]`]]
    })
    return Object.freeze(Object.fromEntries([['event', schema.event], ...entries]))
  }
}

function permitted(value: unknown, kind: FieldKind): boolean {
  return typeof kind === 'string' ? typeof value === kind : kind.some((word) => word === value)
}

function shorten(value: unknown): unknown {
  return typeof value === 'string' && value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value
}

const MAX_TEXT = 256
