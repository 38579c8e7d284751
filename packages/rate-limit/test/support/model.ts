import * as fc from 'fast-check'
import { policy, type Policy, type Verdict } from '../../src/index.ts'
import { ReferenceLog } from './reference.ts'

/** A limiter to be made, and what is done with it. */
export interface Scenario {
  readonly policies: readonly { readonly limit: number; readonly windowMs: number; readonly shadow: boolean }[]
  /** Every key has the limit of the policy. */
  readonly fixed: boolean
  readonly calls: readonly Call[]
}

export interface Call {
  /** Time that passes before the call, in 64ths of a unit of the model. */
  readonly step: number
  readonly keys: readonly string[]
  readonly cost: number
  readonly take: boolean
  /** By how much the limit of each key is lowered for this call. */
  readonly lowered: readonly number[]
}

/** Eight units. */
export const MOST_STEP: number = 64 * 8

/**
 * Any scenario: up to three policies, small or not, in force or not, three keys, weights, peeks and limits that change. In
 * half of them time goes in coarse steps, so that calls often come just when a unit leaves the window.
 */
export function scenario(maxCalls: number): fc.Arbitrary<Scenario> {
  return fc.boolean().chain((coarse) =>
    fc.record({
      policies: fc.array(anyPolicy(coarse), { minLength: 1, maxLength: 3 }),
      fixed: fc.boolean(),
      calls: fc.array(anyCall(coarse), { maxLength: maxCalls }),
    }),
  )
}

function anyPolicy(coarse: boolean): fc.Arbitrary<Scenario['policies'][number]> {
  return fc.record({
    limit: fc.oneof({ arbitrary: fc.integer({ min: 1, max: 12 }), weight: 4 }, fc.integer({ min: 60, max: 140 })),
    windowMs: coarse ? fc.constantFrom(20, 24, 32, 40) : fc.integer({ min: 20, max: 40 }),
    shadow: fc.boolean(),
  })
}

function anyCall(coarse: boolean): fc.Arbitrary<Call> {
  const three = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { minLength: 3, maxLength: 3 })
  return fc.record({
    step: coarse ? fc.constantFrom(0, MOST_STEP / 2, MOST_STEP) : fc.integer({ min: 0, max: MOST_STEP }),
    keys: three(fc.constantFrom('a', 'b', 'c')),
    cost: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 140 })),
    take: fc.boolean(),
    lowered: fc.oneof(fc.constant([0, 0, 0]), three(fc.integer({ min: 0, max: 5 }))),
  })
}

/** What a limiter has to answer, computed from all admissions there ever were. */
export class Model {
  readonly policies: readonly Policy[]
  readonly #references: readonly ReferenceLog[]
  readonly #fixed: boolean
  #lowered: readonly number[] = []

  /** @param unitMs how long one unit of the model is */
  constructor({ policies, fixed }: Scenario, unitMs: number) {
    this.#fixed = fixed
    this.policies = policies.map(({ limit, windowMs, shadow }, i) =>
      policy({
        name: `p${i}`,
        limit,
        windowMs: windowMs * unitMs,
        shadow,
        maxKeys: 8,
        ...(!fixed && { limitOf: () => Math.max(1, limit - (this.#lowered[i] ?? 0)) }),
      }),
    )
    this.#references = this.policies.map(({ windowMs }) => new ReferenceLog(windowMs))
  }

  /** The keys and the cost of a call to this limiter. A shadow may have a limit below the cost. */
  ask({ keys, cost, lowered }: Call): { readonly keys: readonly string[]; readonly cost: number } {
    this.#lowered = this.#fixed ? [] : lowered
    const inForce = this.#limits().filter((_, i) => !this.policies[i]!.shadow)
    return { keys: keys.slice(0, this.policies.length), cost: Math.min(cost, ...inForce) }
  }

  /** What the verdict of the call has to be. */
  expect(call: Call, now: number): Expected {
    const { keys, cost } = this.ask(call)
    const limits = this.#limits()
    const waits = this.#references.map((reference, i) => reference.wait(keys[i]!, cost, limits[i]!, now))
    const wait = Math.max(0, ...waits.filter((_, i) => !this.policies[i]!.shadow))
    for (const [i, reference] of this.#references.entries()) {
      if (wait === 0 && waits[i] === 0 && call.take) reference.take(keys[i]!, cost, now)
    }
    const denying = (shadow: boolean): string[] =>
      this.policies.filter((one, i) => one.shadow === shadow && waits[i]! > 0).map(({ name }) => name)
    const left = this.#references.map((one, i) => Math.max(0, limits[i]! - one.live(keys[i]!, now)))
    return {
      allowed: wait === 0,
      retryAfterMs: wait,
      violated: denying(false),
      shadowed: denying(true),
      policies: this.policies.map((one, i) => ({
        policy: one,
        limit: limits[i]!,
        remaining: left[i]!,
        growsInMs: left[i] === limits[i] ? 0 : this.#references[i]!.wait(keys[i]!, left[i]! + 1, limits[i]!, now),
        retryAfterMs: waits[i]!,
      })),
    }
  }

  #limits(): number[] {
    return this.policies.map(({ limit }, i) => Math.max(1, limit - (this.#lowered[i] ?? 0)))
  }
}

export type Expected = Pick<Verdict, 'allowed' | 'retryAfterMs' | 'violated' | 'shadowed' | 'policies'>

/** The part of a verdict that the model speaks of, as plain values. */
export function plain(verdict: Verdict): Expected {
  return {
    allowed: verdict.allowed,
    retryAfterMs: verdict.retryAfterMs,
    violated: verdict.violated,
    shadowed: verdict.shadowed,
    policies: verdict.policies.map(({ policy: one, limit, remaining, growsInMs, retryAfterMs }) => ({
      policy: one,
      limit,
      remaining,
      growsInMs,
      retryAfterMs,
    })),
  }
}
