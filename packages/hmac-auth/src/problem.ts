import { RingfenceError, type RingfenceErrorCode } from '@ringfence/errors'

/**
 * Why text from outside is not what it should be, as a value: making an Error costs as much as two signatures, which
 * would make refusing dearer than accepting. Public functions turn it into an error with {@link orThrow}.
 */
export class Problem {
  readonly why: string

  /** @param why one sentence, without a character of the text */
  constructor(why: string) {
    this.why = why
  }
}

/** @throws {RingfenceError} with this code if there is a problem */
export function orThrow<Value>(result: Value | Problem, code: RingfenceErrorCode): Value {
  if (result instanceof Problem) throw new RingfenceError(code, result.why)
  return result
}
