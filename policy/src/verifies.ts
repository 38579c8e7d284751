import { test, type TestFunction } from 'vitest'
import { knownClause, type ClauseId } from './clauses.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** What a passing test is evidence of. Read by the reporter of this package. */
    policy?: { readonly role: 'proof' | 'control'; readonly clauses: readonly string[] }
  }
}

/**
 * A test that proves one or more clauses of the policy. A proof counts only beside a negative control: see {@link violates}.
 *
 * @param id the clause, or the clauses, which the test proves
 * @throws {TypeError} at once, for an id that no policy has
 *
 * @example
 * ```ts
 * verifies('TR-15', 'at most 10 in any window of one second', () => {
 *   expect(busiestWindow(createLimiter(tenPerSecond))).toBeLessThanOrEqual(10)
 * })
 * ```
 */
export function verifies(id: ClauseId | readonly ClauseId[], name: string, fn: TestFunction, timeoutMs?: number): void {
  evidence('proof', id, name, fn, timeoutMs)
}

/**
 * The negative control of a proof: plants a violation, and shows that the very check of the proof catches it. Without
 * it, a proof might be one that cannot fail.
 *
 * @throws {TypeError} at once, for an id that no policy has
 *
 * @example
 * ```ts
 * violates('TR-15', 'a fixed window is caught', () => {
 *   expect(busiestWindow(fixedWindow(10))).toBeGreaterThan(10)
 * })
 * ```
 */
export function violates(id: ClauseId | readonly ClauseId[], name: string, fn: TestFunction, timeoutMs?: number): void {
  evidence('control', id, name, fn, timeoutMs)
}

function evidence(
  role: 'proof' | 'control',
  id: string | readonly string[],
  name: string,
  fn: TestFunction,
  timeoutMs: number | undefined,
): void {
  const clauses = (typeof id === 'string' ? [id] : id).map(knownClause)
  const options = { meta: { policy: { role, clauses } }, ...(timeoutMs !== undefined && { timeout: timeoutMs }) }
  test(`${clauses.join(' ')} ${role === 'proof' ? '' : 'violated: '}${name}`, options, fn)
}
