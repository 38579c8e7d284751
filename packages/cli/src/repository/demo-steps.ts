/** What a step sends, or where it looks. */
export type DemoAction =
  | {
      readonly at: 'trading'
      readonly key: 'trade' | 'read'
      readonly method: 'GET' | 'POST' | 'DELETE'
      readonly path: string
      readonly body?: Readonly<Record<string, unknown>>
      /** Sends the bytes of an earlier step once more. */
      readonly replay?: string
      /** Changes the body after it was signed. */
      readonly tamper?: readonly [from: string, to: string]
      /** Dials from this loopback address. */
      readonly from?: string
      /** Sends so many requests at once, each signed; the last answer to come counts. */
      readonly times?: number
    }
  | {
      readonly at: 'tools'
      readonly tool: string
      readonly arguments: Readonly<Record<string, unknown>>
      /** The token's scopes; none: no token is sent. */
      readonly scope?: string
      /** The token's audience, if it is not the tool server. */
      readonly audience?: string
    }
  | { readonly at: 'log'; readonly event: string }
  | { readonly at: 'database' }

/** What the step has to see for the demo to go on. */
export interface DemoExpectation {
  readonly status?: number
  /** The code of the problem document. */
  readonly code?: string
  readonly includes?: readonly string[]
  readonly excludes?: readonly string[]
}

/** One step of the tour, as data. */
export interface DemoStep {
  readonly id: string
  readonly sentence: string
  readonly action: DemoAction
  readonly expect: DemoExpectation
}

const ORDER = {
  clientOrderId: 'demo-1',
  symbol: 'BTC-EUR',
  side: 'buy',
  type: 'limit',
  quantity: '0.0125',
  limitPrice: '60000.5',
}
const PLACE = { at: 'trading', key: 'trade', method: 'POST', path: '/v1/orders' } as const
const INFO = { at: 'tools', tool: 'get_server_info', arguments: {}, scope: 'tools:info' } as const

/** The tour. Orders are placed in a session that the demo starts with the trade key. */
export const DEMO_STEPS: readonly DemoStep[] = [
  {
    id: 'order-accepted',
    sentence: 'An order signed with the trade key, in a live session, is accepted.',
    action: { ...PLACE, body: ORDER },
    expect: { status: 201, includes: ['"orderId"', '"clientOrderId":"demo-1"'] },
  },
  {
    id: 'order-replayed',
    sentence: 'The same bytes once more: the nonce is spent.',
    action: { ...PLACE, replay: 'order-accepted' },
    expect: { status: 401, code: 'request_replayed' },
  },
  {
    id: 'body-tampered',
    sentence: 'The price is changed after signing: the digest no longer fits.',
    action: { ...PLACE, body: { ...ORDER, clientOrderId: 'demo-2' }, tamper: ['60000.5', '10000.5'] },
    expect: { status: 401, code: 'credentials_invalid' },
  },
  {
    id: 'read-key-trades',
    sentence: 'A read key tries to place an order.',
    action: { ...PLACE, key: 'read', body: { ...ORDER, clientOrderId: 'demo-3' } },
    expect: { status: 403, code: 'insufficient_scope' },
  },
  {
    id: 'wrong-address',
    sentence: 'The right key from an address that is not on its list (127.0.0.2).',
    action: { at: 'trading', key: 'read', method: 'GET', path: '/v1/account', from: '127.0.0.2' },
    expect: { status: 401, code: 'credentials_invalid' },
  },
  {
    id: 'burst',
    sentence: 'Twelve signed requests at once: ten per second is the limit.',
    action: { at: 'trading', key: 'read', method: 'GET', path: '/v1/instruments', times: 12 },
    expect: { status: 429, code: 'rate_limited', includes: ['retryAfterMs'] },
  },
  {
    id: 'off-tick',
    sentence: 'A price that is not a multiple of the tick.',
    action: { ...PLACE, body: { ...ORDER, clientOrderId: 'demo-4', limitPrice: '60000.3' } },
    expect: { status: 422, code: 'order_refused', includes: ['tick'] },
  },
  {
    id: 'unknown-field',
    sentence: 'A field that the schema does not know.',
    action: { ...PLACE, body: { ...ORDER, clientOrderId: 'demo-5', reduceOnly: true } },
    expect: { status: 422, code: 'body_invalid' },
  },
  {
    id: 'sessions-ended',
    sentence: 'The trade key ends all of its sessions.',
    action: { at: 'trading', key: 'trade', method: 'DELETE', path: '/v1/sessions' },
    expect: { status: 200, includes: ['"revoked":1'] },
  },
  {
    id: 'session-over',
    sentence: 'The very next order finds its session over.',
    action: { ...PLACE, body: { ...ORDER, clientOrderId: 'demo-6' } },
    expect: { status: 401, code: 'session_invalid' },
  },
  {
    id: 'log-redacted',
    sentence: 'The log line of the order: which order, but neither price nor quantity.',
    action: { at: 'log', event: 'order.settled' },
    expect: { includes: ['orderId'], excludes: ['60000.5', '0.0125'] },
  },
  {
    id: 'database-encrypted',
    sentence: 'Plain SQLite tries to open the database file.',
    action: { at: 'database' },
    expect: { includes: ['file is not a database'] },
  },
  {
    id: 'tool-call',
    sentence: 'A tool call with a token for this server.',
    action: INFO,
    expect: { status: 200, includes: ['"result"'] },
  },
  {
    id: 'no-token',
    sentence: 'The same call without a token.',
    action: { at: 'tools', tool: 'get_server_info', arguments: {} },
    expect: { status: 401, code: 'credentials_missing' },
  },
  {
    id: 'foreign-audience',
    sentence: 'With a token that was issued for another service.',
    action: { ...INFO, audience: 'https://other.example/api' },
    expect: { status: 401, code: 'credentials_invalid' },
  },
  {
    id: 'missing-scope',
    sentence: 'A tool that asks for a scope the token does not have.',
    action: { at: 'tools', tool: 'fetch_url', arguments: { url: 'https://example.com/' }, scope: 'tools:info' },
    expect: { status: 403, code: 'insufficient_scope' },
  },
  {
    id: 'too-large',
    sentence: 'A request of 11 KB: the limit is 10,240 bytes.',
    action: { ...INFO, arguments: { padding: 'x'.repeat(11 * 1024) } },
    expect: { status: 413, code: 'body_too_large' },
  },
  {
    id: 'internal-address',
    sentence: 'fetch_url is pointed at an internal address.',
    action: {
      at: 'tools',
      tool: 'fetch_url',
      arguments: { url: 'https://169.254.169.254/latest/meta-data/' },
      scope: 'tools:fetch',
    },
    expect: { status: 200, includes: ['"isError":true'], excludes: ['169.254'] },
  },
]
