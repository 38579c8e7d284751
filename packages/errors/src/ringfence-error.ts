import type { RingfenceErrorCode } from './codes.ts'

/**
 * The one error that Ringfence throws to programmers and operators. It never carries a secret, and it has no `cause`:
 * the text of a foreign error may quote its input.
 *
 * @example
 * ```ts
 * try {
 *   cidrSet(['10.0.0.1/8'])
 * } catch (error) {
 *   if (error instanceof RingfenceError && error.code === 'cidr_invalid') console.error(error.message)
 * }
 * ```
 */
export class RingfenceError extends Error {
  override readonly name = 'RingfenceError'
  /** Stable and closed: the key of {@link ERROR_CODES} that says what kind of mistake this is. */
  readonly code: RingfenceErrorCode

  /** @param message one sentence that says what is wrong and how to mend it, without any secret value */
  constructor(code: RingfenceErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
