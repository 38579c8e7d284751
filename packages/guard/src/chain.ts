import { RingfenceError } from '@ringfence/errors'
import type { DenyCode } from './deny-codes.ts'
import type { Guard } from './guard.ts'
import { ALLOWED, DenyError, deny, type Deny, type Outcome } from './outcome.ts'
import type { GuardRequest, HeaderList } from './request.ts'
import { bodyWait } from './snapshot.ts'

/** What `explain()` knows about one guard of a chain. */
export interface GuardInfo {
  readonly name: string
  readonly denies: readonly DenyCode[]
}

/** A typed list of guards that fails closed. Immutable: `use` returns a longer chain, so chains can share a beginning. */
export interface Chain<Ctx extends object> {
  readonly guards: readonly GuardInfo[]
  /** Appends a guard. It does not compile unless earlier guards add what it needs and nobody added its keys before. */
  use<N extends object, A extends object, C extends DenyCode>(guard: Guard<N, A, C> & Fits<Ctx, N, A>): Chain<Ctx & A>
  /** Asks the guards in order. Answers synchronously while every guard does. Never throws, never rejects. */
  run(request: GuardRequest): Outcome<Ctx> | Promise<Outcome<Ctx>>
}

/** A chain of whatever context: what adapters keep. */
export type AnyChain = Pick<Chain<object>, 'guards' | 'run'>

/** Resolves to nothing if the guard fits, else to a property whose name is the compile error. */
export type Fits<Ctx, Needs, Adds> = Ctx extends Needs
  ? keyof Adds & keyof Ctx extends never
    ? unknown
    : { 'an earlier guard already adds this key': keyof Adds & keyof Ctx }
  : { 'this guard needs context that no earlier guard adds': Unmet<Ctx, Needs> }

type Unmet<Ctx, Needs> = {
  [K in keyof Needs]: K extends keyof Ctx ? (Ctx[K] extends Needs[K] ? never : K) : K
}[keyof Needs]

/**
 * Starts an empty chain.
 *
 * @param options.deadlineMs how long all guards together may take, without the time spent receiving the body
 *
 * @example
 * ```ts
 * const place = guards().use(hmacAuth({ keys })).use(requireScopes('trade')).use(validBody(order))
 * ```
 */
export function guards(options: { readonly deadlineMs?: number } = {}): Chain<{}> {
  const deadlineMs = options.deadlineMs ?? CHAIN_MS
  if (!(deadlineMs > 0 && deadlineMs <= 60_000)) {
    throw new RingfenceError('option_invalid', 'guards: deadlineMs must be between 1 and 60000')
  }
  return new GuardChain<{}>([], deadlineMs)
}

/** True for a chain made by {@link guards}. */
export function isChain(value: unknown): value is AnyChain {
  return value instanceof GuardChain
}

interface AnyGuard {
  readonly name: string
  readonly denies: readonly DenyCode[]
  readonly needs?: readonly string[]
  readonly adds?: readonly string[]
  readonly check: (request: GuardRequest, context: never) => unknown
}

class GuardChain<Ctx extends object> implements Chain<Ctx> {
  readonly guards: readonly GuardInfo[]
  readonly #guards: readonly AnyGuard[]
  readonly #deadlineMs: number

  constructor(list: readonly AnyGuard[], deadlineMs: number) {
    this.#guards = list
    this.#deadlineMs = deadlineMs
    this.guards = Object.freeze(list.map(({ name, denies }) => Object.freeze({ name, denies })))
    Object.freeze(this)
  }

  use<N extends object, A extends object, C extends DenyCode>(guard: Guard<N, A, C> & Fits<Ctx, N, A>): Chain<Ctx & A> {
    assertFits(guard, this.#guards)
    return new GuardChain<Ctx & A>([...this.#guards, guard], this.#deadlineMs)
  }

  run(request: GuardRequest): Outcome<Ctx> | Promise<Outcome<Ctx>> {
    const state: RunState = { context: {}, headers: undefined, expired: false }
    const verdict = this.#walk(request, state, 0)
    const outcome = verdict instanceof Promise ? this.#beforeDeadline(request, state, verdict) : verdict
    return outcome as Outcome<Ctx> | Promise<Outcome<Ctx>>
  }

  /** Runs guards from `start` on; turns asynchronous at the first guard that does. */
  #walk(request: GuardRequest, state: RunState, start: number): Outcome<object> | Promise<Outcome<object>> {
    for (let i = start; i < this.#guards.length; i++) {
      const guard = this.#guards[i]!
      let verdict: unknown
      try {
        verdict = guard.check(request, state.context as never)
      } catch (error) {
        return stop(state, failure(guard, error))
      }
      if (!isOutcome(verdict) && isThenable(verdict)) {
        return Promise.resolve(verdict).then(
          (outcome) => (state.expired ? EXPIRED : (absorb(state, guard, outcome) ?? this.#walk(request, state, i + 1))),
          (error: unknown) => stop(state, failure(guard, error)),
        )
      }
      const denied = absorb(state, guard, verdict)
      if (denied !== undefined) return denied
    }
    return { ok: true, adds: Object.freeze(state.context), headers: state.headers }
  }

  async #beforeDeadline(
    request: GuardRequest,
    state: RunState,
    verdict: Promise<Outcome<object>>,
  ): Promise<Outcome<object>> {
    const started = performance.now()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<Outcome<object>>((resolve) => {
      const look = (): void => {
        const left = this.#deadlineMs - (performance.now() - started - bodyWait(request))
        if (left > 0) timer = setTimeout(look, Math.max(1, left))
        else {
          state.expired = true
          resolve(stop(state, deny('guard_failed', { internal: 'the guards outlived their deadline' })))
        }
      }
      timer = setTimeout(look, this.#deadlineMs)
    })
    try {
      return await Promise.race([verdict, late])
    } finally {
      clearTimeout(timer)
    }
  }
}

interface RunState {
  readonly context: Record<string, unknown>
  headers: HeaderList | undefined
  expired: boolean
}

/** Takes a guard's verdict into the state; answers a deny that ends the chain, or undefined to go on. */
function absorb(state: RunState, guard: AnyGuard, verdict: unknown): Deny | undefined {
  if (verdict === ALLOWED) return undefined
  if (!isOutcome(verdict)) return stop(state, failure(guard, 'it returned neither allow nor deny'))
  if (verdict.headers !== undefined) {
    state.headers = state.headers === undefined ? verdict.headers : [...state.headers, ...verdict.headers]
  }
  if (!verdict.ok) return { ...verdict, headers: state.headers }
  for (const key in verdict.adds) {
    if (!Object.hasOwn(verdict.adds, key)) continue
    // Assigning __proto__ would swap the prototype of the context instead of adding a key.
    if (Object.hasOwn(state.context, key) || key === '__proto__') {
      return stop(state, failure(guard, `it added "${key}" a second time`))
    }
    state.context[key] = (verdict.adds as Record<string, unknown>)[key]
  }
  return undefined
}

/** Headers that earlier guards added (RateLimit) also reach the deny. */
function stop(state: RunState, denied: Deny): Deny {
  if (state.headers === undefined) return denied
  return { ...denied, headers: [...state.headers, ...(denied.headers ?? [])] }
}

function failure(guard: AnyGuard, error: unknown): Deny {
  if (error instanceof DenyError) return error.deny
  return deny('guard_failed', { internal: { guard: guard.name, error } })
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

function isOutcome(value: unknown): value is Outcome<object> {
  if (typeof value !== 'object' || value === null || !('ok' in value)) return false
  if (value.ok === false) return 'code' in value && typeof value.code === 'string'
  return value.ok === true && 'adds' in value && typeof value.adds === 'object' && value.adds !== null
}

/** The run-time twin of {@link Fits}, for plain JavaScript callers. */
function assertFits(guard: AnyGuard, earlier: readonly AnyGuard[]): void {
  const misuse = (why: string): never => {
    throw new RingfenceError('guard_misused', why)
  }
  if (typeof guard !== 'object' || guard === null || typeof guard.check !== 'function') {
    misuse('use() takes a guard: an object with name, denies and check')
  }
  const added = new Set<string>(earlier.flatMap((one) => one.adds ?? []))
  const missing = (guard.needs ?? []).filter((key) => !added.has(key))
  // A guard without a declared `adds` may add anything, so what is missing can only be known when every one declares.
  if (missing.length > 0 && earlier.every((one) => one.adds !== undefined)) {
    misuse(`${guard.name} needs ${missing.join(', ')}, which no earlier guard adds: put the guard that proves it first`)
  }
  const twice = (guard.adds ?? []).filter((key) => added.has(key))
  if (twice.length > 0) misuse(`${guard.name} adds ${twice.join(', ')}, which an earlier guard already adds`)
}

const EXPIRED: Deny = deny('guard_failed', { internal: 'the guards outlived their deadline' })

/** All guards of a chain together may take this long (ms). */
const CHAIN_MS = 1_000
