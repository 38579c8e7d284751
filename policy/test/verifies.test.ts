import { expect, test } from 'vitest'
import { CLAUSES, verifies, violates } from '../src/index.ts'

test('an id that no policy has is an error at once, and the error names the clauses of its rule', () => {
  // @ts-expect-error not a clause
  expect(() => verifies('TR-99', 'never runs', () => {})).toThrow('"TR-99" is not a clause of the policy')
  // @ts-expect-error a rule with several parts is proven clause by clause
  expect(() => violates('TS-21', 'never runs', () => {})).toThrow('use one of TS-21/scan, TS-21/updates')
  // @ts-expect-error not a clause of that rule
  expect(() => verifies(['TR-15', 'TR-06/forever'], 'never runs', () => {})).toThrow('TR-06/absolute')
})

test('every rule of both policies has at least one clause', () => {
  const rules = new Set([...CLAUSES.keys()].map((id) => id.split('/')[0]))
  expect([...rules]).toEqual([...numbered('TR', 27), ...numbered('TS', 24)])
})

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}-${String(i + 1).padStart(2, '0')}`)
}
