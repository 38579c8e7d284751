import * as z from 'zod'
import type { StrictFacts } from './assert-strict.ts'
import { fieldErrors } from './field-errors.ts'
import { freezeBy, layoutOf, sizeBy } from './layout.ts'
import { freezeData, isSameData, plainCopy, plainSize } from './plain-data.ts'
import { isPolluted } from './pollution.ts'
import { refuseWhole, type Verdict } from './verdict.ts'

/**
 * Compiles a schema that passed `assertStrict` into a function that judges any value and never throws.
 *
 * Only the generated code accepts. What it refuses zod's interpreter is asked to explain, and not believed if it finds
 * nothing wrong: it reads options like `skipChecks` that a polluted prototype can set.
 */
export function createJudge<Output>(
  schema: z.ZodType<Output>,
  facts: StrictFacts,
): (value: unknown) => Verdict<Output> {
  const { keys, transforms, mayChange } = facts
  const parse = z.core.compileFn(schema)
  const known = new Set(keys)
  const layout = transforms ? 'unknown' : layoutOf(schema)

  function judge(value: unknown): Verdict<Output> {
    if (isPolluted()) return judgeDetached(value, plainSize(value, true))
    const size = sizeBy(layout, value)
    if (size === -1) return NOT_PLAIN
    const output = parse(value)
    // The sentinel is a symbol, and no symbol is valid data.
    const accepted = typeof output !== 'symbol'
    if (accepted && freezeBy(layout, output) === size && !transforms) return accept(output, value)
    // More values than came in, or a fault: a field may have been hidden, or found in a prototype that was polluted out of
    // sight of for-in.
    if ((accepted && !transforms) || keys.some(isInherited)) return judgeDetached(value, size)
    return accepted ? accept(output, value) : explain(value, size)
  }

  /** Judges a copy without hidden properties that no prototype can add to. */
  function judgeDetached(value: unknown, size: number): Verdict<Output> {
    if (size === -1) return NOT_PLAIN
    const input = plainCopy(value, null)
    const output = parse(input)
    if (typeof output === 'symbol') return explain(input, size)
    // A prototype with a setter swallows what zod assigns; an optional inside an optional becomes an own undefined.
    return freezeData(output, true) >= size || transforms ? accept(output, input) : NOT_CHECKED
  }

  /** What a check of the programmer changed on the way is nothing that anybody sent. */
  function accept(output: Output, input: unknown): Verdict<Output> {
    if (mayChange && !transforms && !isSameData(output, input)) return CHANGED
    return { ok: true, value: output }
  }

  function explain(input: unknown, size: number): Verdict<Output> {
    const { error } = schema.safeParse(input, size > MOST_EXPLAINED ? FIRST_FAULT : undefined)
    return error === undefined ? NOT_CHECKED : { ok: false, errors: fieldErrors(error.issues, input, known) }
  }

  return (value) => {
    try {
      return judge(value)
    } catch {
      // A proxy or a refinement that throws: refused, and nobody's text repeated.
      return NOT_CHECKED
    }
  }
}

function isInherited(key: string): boolean {
  return key in Object.prototype
}

const NOT_PLAIN: Verdict<never> = refuseWhole('not_plain_data')
const NOT_CHECKED: Verdict<never> = refuseWhole('not_checked')
const CHANGED: Verdict<never> = refuseWhole('changed')

/** A document of more values is told its first fault only, so that a hostile one costs no more than a good one. */
const MOST_EXPLAINED = 64
// zod knows `abortEarly` but does not yet declare it for safeParse.
const FIRST_FAULT: z.core.ParseContext<z.core.$ZodIssue> & { readonly abortEarly: true } = { abortEarly: true }
