import type { DenyCode } from './deny-codes.ts'
import type { HeaderList } from './request.ts'

/** A JSON value that a problem document may carry. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/** A guard's yes: what it proved, and header fields for the response, whatever comes after it. */
export interface Allow<Adds extends object> {
  readonly ok: true
  readonly adds: Adds
  readonly headers?: HeaderList | undefined
}

/** A guard's no. Only `code`, `headers` and `members` are ever sent; `internal` goes to the audit log alone. */
export interface Deny<Code extends DenyCode = DenyCode> {
  readonly ok: false
  readonly code: Code
  readonly headers?: HeaderList | undefined
  /** Public extension members of the problem document (RFC 9457 section 3.2), e.g. `errors` or `retryAfterMs`. */
  readonly members?: { readonly [key: string]: JsonValue } | undefined
  /** The precise reason, for operators only. */
  readonly internal?: unknown
}

export type Outcome<Adds extends object, Code extends DenyCode = DenyCode> = Allow<Adds> | Deny<Code>

/** What a deny may carry besides its code. */
export type DenyDetails = Omit<Deny, 'ok' | 'code'>

/** The yes of a guard that adds nothing: one for all, since most guards say just that. */
export const ALLOWED: Allow<{}> = Object.freeze({ ok: true, adds: Object.freeze({}) })

/** Says yes, adding what the guard proved. */
export function allow(): Allow<{}>
export function allow<Adds extends object>(adds: Adds, headers?: HeaderList): Allow<Adds>
export function allow(adds?: object, headers?: HeaderList): Allow<object> {
  if (adds === undefined) return ALLOWED
  return headers === undefined ? { ok: true, adds } : { ok: true, adds, headers }
}

/** Says no with a code of the closed union. */
export function deny<Code extends DenyCode>(code: Code, details?: DenyDetails): Deny<Code> {
  return { ok: false, code, ...details }
}

/** A deny on its way up the stack: thrown by a body that cannot be read, and by handlers through {@link refuse}. */
export class DenyError extends Error {
  override readonly name = 'DenyError'
  readonly deny: Deny

  constructor(denied: Deny) {
    super(`denied: ${denied.code}`)
    this.deny = denied
  }
}

/**
 * Ends a handler with a problem document instead of an answer.
 *
 * @example
 * ```ts
 * const order = orders.find(id) ?? refuse('not_found')
 * ```
 */
export function refuse(code: DenyCode, details?: DenyDetails): never {
  throw new DenyError(deny(code, details))
}
