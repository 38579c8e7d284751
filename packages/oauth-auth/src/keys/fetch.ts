/** The request an issuer's endpoint gets. */
export interface FetchInit {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal?: AbortSignal
}

/** The answer, already read in full. */
export interface FetchResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly bytes: Uint8Array
}

/**
 * How this package reaches an issuer. `createEgress(...).fetch` of `@ringfence/egress` is one: it limits the size of
 * the answer while it arrives, follows no redirect and reaches no private address.
 */
export type Fetch = (url: string, init?: FetchInit) => Promise<FetchResponse>
