import { RingfenceError } from '@ringfence/errors'
import { mintsOf, validateAgain, type StrictSchema } from './strict-schema.ts'
import type { FieldError } from './verdict.ts'

/** One condition that must hold at the moment of execution. */
export interface GateRule<Value, State, Name extends string = string> {
  /** What a refusal names, e.g. `off_tick`. */
  readonly name: Name
  /** Pure and synchronous. Anything but `true`, a promise or an exception included, refuses. */
  readonly check: (value: Value, state: State) => unknown
}

/** Why the gate refused, besides the rules: closed. */
export type GateFault = 'not_validated' | 'already_used' | 'too_old' | 'schema'

/** A refusal names exactly one rule: the first that did not hold. */
export interface GateRefusal<Name extends string> {
  readonly ok: false
  readonly rule: Name | GateFault
  /** With `schema`: what is wrong with which field. */
  readonly errors?: readonly FieldError[]
}

/** What {@link executionGate} answers: the action's result, or the rule that refused. */
export type GateVerdict<Result, Name extends string> =
  | { readonly ok: true; readonly result: Result }
  | GateRefusal<Name>

/** What {@link executionGate} needs. */
export interface ExecutionGateOptions<Value, State, Name extends string> {
  /** The schema whose values are accepted; its clock tells their age. Its output must be its input. */
  readonly schema: StrictSchema<Value, Value>
  /** How long after its validation a value may still be executed (ms). */
  readonly maxAgeMs: number
  /** Asked in this order; a later rule may rely on the earlier ones. */
  readonly rules: readonly GateRule<Value, State, Name>[]
}

/** A gate made by {@link executionGate}. */
export interface ExecutionGate<Value, State, Name extends string> {
  /** The names of the rules, in order. */
  readonly rules: readonly Name[]
  /**
   * Runs the action with the value if everything holds now. One attempt spends the value, whatever comes of it: call it
   * inside the transaction that records the attempt, so that a crash can repeat nothing.
   *
   * @param state what the rules compare with, read in the same transaction
   */
  execute<Result>(value: Value, state: State, action: (value: Value) => Result): GateVerdict<Result, Name>
  /** Judges any value by schema and rules alone and hands it to nobody: for previews and tests of the rules. */
  review(value: unknown, state: State): GateRefusal<Name> | undefined
}

/**
 * The last gate before a side effect. It hands a value to the action only if
 *
 * 1. this process validated this very object with `schema`, through `validBody` or `validate`: a copy, a clone, a proxy,
 *    a cast or a JSON round trip of it is `not_validated`;
 * 2. it was not tried before (`already_used`) and not validated more than `maxAgeMs` ago (`too_old`);
 * 3. it still passes `schema`, and every rule holds against the state of this moment.
 *
 * So neither a forgotten guard nor a change between validation and execution reaches the action. Create the gate before
 * the first request: a schema keeps track of its values from then on.
 *
 * @example
 * ```ts
 * const gate = executionGate({
 *   schema: order,
 *   maxAgeMs: 5_000,
 *   rules: [{ name: 'halted', check: (_, state: State) => !state.halted }],
 * })
 * gate.execute({ ...ctx.input }, state, submit) // { ok: false, rule: 'not_validated' }
 * ```
 */
export function executionGate<Value extends object, State, const Name extends string>(
  options: ExecutionGateOptions<Value, State, Name>,
): ExecutionGate<Value, State, Name> {
  const { schema, maxAgeMs } = options
  const rules = options.rules.map(({ name, check }) => ({ name, check }))
  assertOptions(schema.transforms, maxAgeMs, rules)
  const mints = mintsOf(schema)

  function firstBroken(value: Value, state: State): GateRefusal<Name> | undefined {
    const broken = rules.find((rule) => !holds(rule, value, state))
    return broken === undefined ? undefined : { ok: false, rule: broken.name }
  }

  return Object.freeze({
    rules: Object.freeze(rules.map(({ name }) => name)),
    review(value: unknown, state: State): GateRefusal<Name> | undefined {
      const verdict = validateAgain(schema, value)
      return verdict.ok ? firstBroken(verdict.value, state) : { ok: false, rule: 'schema', errors: verdict.errors }
    },
    execute<Result>(value: Value, state: State, action: (value: Value) => Result): GateVerdict<Result, Name> {
      const mint = mints.get(value)
      if (mint === undefined) return { ok: false, rule: 'not_validated' }
      if (mint.spent) return { ok: false, rule: 'already_used' }
      // Before anything can throw or call back: there is no second attempt.
      mint.spent = true
      const age = schema.clock.monotonic() - mint.at
      if (!(age >= 0 && age <= maxAgeMs)) return { ok: false, rule: 'too_old' }
      const verdict = validateAgain(schema, value)
      if (!verdict.ok) return { ok: false, rule: 'schema', errors: verdict.errors }
      return firstBroken(value, state) ?? { ok: true, result: action(value) }
    },
  })
}

function holds<Value, State>(rule: GateRule<Value, State>, value: Value, state: State): boolean {
  try {
    return rule.check(value, state) === true
  } catch {
    return false
  }
}

function assertOptions(transforms: boolean, maxAgeMs: number, rules: readonly { readonly name: string }[]): void {
  const invalid = (why: string): never => {
    throw new RingfenceError('option_invalid', `executionGate: ${why}`)
  }
  if (transforms) invalid('the schema transforms its input, so its output could not be validated again')
  if (!(maxAgeMs > 0 && maxAgeMs <= MOST_AGE_MS)) invalid(`maxAgeMs must be between 1 and ${MOST_AGE_MS}`)
  if (rules.length === 0) invalid('a gate without a rule checks nothing')
  const names = new Set<string>(rules.map(({ name }) => name))
  if (names.size !== rules.length || FAULTS.some((name) => names.has(name))) invalid('rule names must be unique')
}

const FAULTS: readonly GateFault[] = ['not_validated', 'already_used', 'too_old', 'schema']
const MOST_AGE_MS = 60_000
