/** The parts of a request that a signature can cover. A `GuardRequest` is one. */
export interface SignableRequest {
  /** Case matters (RFC 9421 section 2.2.1). */
  readonly method: string
  /** The request target in origin-form exactly as on the wire: never decoded, never normalised. */
  readonly target: string
  /** Every value of the field in arrival order. The name is lowercase. */
  header(name: string): readonly string[]
}

/** How the request reached the server. */
export type Scheme = 'http' | 'https'
