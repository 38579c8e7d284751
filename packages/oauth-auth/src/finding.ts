import type { AccessToken } from './access-token.ts'
import type { Ground } from './cache/result-cache.ts'
import type { Rejected, Unavailable } from './verdict.ts'

/**
 * What verifying one token found. `remember` marks a rejection that cost a signature check or a request, and will be
 * the same the next time.
 */
export type Finding =
  | { readonly ok: true; readonly claims: AccessToken }
  | (Rejected & { readonly remember?: true })
  | Unavailable

/** One way to verify tokens: by their signature, or by asking the issuer. A finding rests on what it knows now. */
export interface Verifier extends Ground {
  verify(token: string): Finding | Promise<Finding>
  /** Can tokens be verified? If not yet, this starts what it takes. */
  ready(): boolean
  close(): void
}
