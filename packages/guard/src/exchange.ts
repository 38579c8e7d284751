import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Guarded } from './guarded.ts'

/** What the client's Expect field asks for (RFC 9110 section 10.1.1). */
export type Expectation = 'nothing' | 'continue' | 'unknown'

/** One request and its answer, from the node core's point of view. */
export interface Exchange {
  readonly id: string
  readonly message: IncomingMessage
  readonly response: ServerResponse
  /** Name of the route, once one matched. */
  route: string | undefined
  expects: Expectation
  /** Set once the guards have allowed the request, with what they proved. */
  admission: { readonly guarded: Guarded; readonly context: object } | undefined
}

/**
 * Keeps the exchange on its message, under a symbol that never leaves this module. A WeakMap could do the same, but the
 * garbage collector spends more on its entries than all guards take together (measured with `pnpm bench pipeline`).
 */
export function attach(exchange: Exchange): void {
  const message: IncomingMessage & Carrying = exchange.message
  message[EXCHANGE] = exchange
}

/** The exchange of a message that came through the node core. */
export function exchangeOf(message: object): Exchange | undefined {
  const carrying: Carrying = message
  return carrying[EXCHANGE]
}

const EXCHANGE: unique symbol = Symbol('exchange')

interface Carrying {
  [EXCHANGE]?: Exchange
}
