import { performance } from 'node:perf_hooks'

/** An ordered list of header fields; a name may occur more than once. */
export type HeaderList = readonly (readonly [name: string, value: string])[]

/** Who is at the other end of the connection, read from the socket alone. */
export interface Peer {
  /** The remote address as the socket reports it, e.g. `127.0.0.1` or `::ffff:10.0.0.9`. */
  readonly address: string
  /** The local `address:port` the connection came in on: behind an SSH tunnel it tells the tunnel users apart. */
  readonly entry: string
  /** True if this socket itself is TLS; what a proxy claims is not looked at here. */
  readonly encrypted: boolean
}

/**
 * The raw snapshot of one request that every guard sees: nothing parsed, joined, decoded or normalised.
 * Adapters make it with `createRequest`; it is frozen.
 */
export interface GuardRequest {
  /** The request id: a well-formed incoming `X-Request-ID`, else a new UUID. */
  readonly id: string
  /** Method and route pattern, e.g. `POST /v1/orders` or `GET /v1/orders/:id`. */
  readonly route: string
  readonly method: string
  /** The request target in origin-form exactly as received (RFC 9112 section 3.2.1). */
  readonly target: string
  /** Milliseconds since the epoch, for logs: limits and freshness read the clock at their own verdict. */
  readonly receivedAt: number
  readonly peer: Peer
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal
  /** Every value of the field in arrival order: a duplicate is visible, never joined. The name is lowercase. */
  header(name: string): readonly string[]
  /**
   * The raw body, at most `limit` bytes, counted while streaming. It is read once; later calls get the same bytes.
   * Throws a {@link DenyError} with `body_too_large`, `request_timeout` or `request_aborted`.
   */
  body(limit: number): Uint8Array | Promise<Uint8Array>
}

/** Wall clock and monotonic clock, both in (fractional) milliseconds. Tests pass a virtual one. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Milliseconds since some fixed point; never goes back. */
  monotonic(): number
}

/** The clock of this machine. The global `performance` is a getter: asking it costs a third more. */
export const systemClock: Clock = Object.freeze({ now: () => Date.now(), monotonic: () => performance.now() })
