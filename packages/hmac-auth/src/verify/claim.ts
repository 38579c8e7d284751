import type { Component } from '../rfc9421/signature-input.ts'

/** One signature of ours that has the right form: what it claims, nothing of it proved. */
export interface Claim {
  readonly components: readonly Component[]
  /** The value of the `@signature-params` line. */
  readonly text: string
  readonly signature: Uint8Array
  readonly keyId: string
  readonly nonce: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** Milliseconds since the epoch; infinite if the signature sets no end of its own. */
  readonly expiresAt: number
  /** Which components are covered; see `coverageOf`. */
  readonly covered: number
}

/** The one algorithm of this package, by its name in the IANA registry. */
export const ALGORITHM = 'hmac-sha256'
