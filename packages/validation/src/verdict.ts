/** One thing that is wrong with a value, without a character of the value. */
export interface FieldError {
  /** Where, as a JSON Pointer (RFC 6901) made of the schema's own names; a key chosen by the caller shows as `*`. */
  readonly path: string
  /** What, e.g. `required`, `type`, `too_long`, `format`, `unknown_key`, or the name a refinement gave itself. */
  readonly rule: string
}

/** What validation answers: the value, deeply frozen, or what is wrong with it. */
export type Verdict<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly FieldError[] }

/** A refusal of the whole value. */
export function refuseWhole(rule: string): Verdict<never> {
  return Object.freeze({ ok: false, errors: Object.freeze([Object.freeze({ path: '', rule })]) })
}

/** A pointer of at most {@link MOST_PATH} characters; it repeats only names that are known not to be the caller's. */
export function toPointer(path: readonly PropertyKey[], known: ReadonlySet<string>): string {
  let pointer = ''
  for (const step of path) {
    pointer += '/'
    if (typeof step === 'number') pointer += step
    // RFC 6901 section 3.
    else if (typeof step === 'string' && known.has(step)) pointer += step.replaceAll('~', '~0').replaceAll('/', '~1')
    else pointer += '*'
  }
  return pointer.length > MOST_PATH ? `${pointer.slice(0, MOST_PATH - 1)}…` : pointer
}

/** The steps of a pointer (RFC 6901 section 4). */
export function pathSteps(pointer: string): readonly string[] {
  const steps = pointer.split('/').slice(1)
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** As many of these errors as are told: at most eight, and so few that the whole answer to a request is below 1 KB. */
export function told(errors: readonly FieldError[]): readonly FieldError[] {
  const fit: FieldError[] = []
  let room = MOST_BYTES
  for (const error of errors.slice(0, MOST_ERRORS)) {
    room -= Buffer.byteLength(JSON.stringify(error)) + 1
    if (room < 0) break
    fit.push(Object.freeze(error))
  }
  return Object.freeze(fit)
}

/** Issues that are looked at. */
export const MOST_ERRORS = 8

/** A problem document has some 230 bytes around its errors. */
const MOST_BYTES = 780
const MOST_PATH = 60
