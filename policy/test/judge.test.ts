import { expect, test } from 'vitest'
import { CLAUSES } from '../src/clauses.ts'
import type { Evidence, EvidenceTest } from '../src/evidence.ts'
import { judge, type Verdict } from '../src/judge.ts'

test('a clause is proven by a passing proof beside a passing negative control', () => {
  const { standings, problems } = judgeOne([proof('TR-15'), control('TR-15')])
  expect(standings.find(({ id }) => id === 'TR-15')).toMatchObject({ state: 'proven', proofs: 1, controls: 1 })
  expect(problems).toEqual([])
})

test.each([
  ['no test and no entry', [], 'has no test and no entry'],
  ['a proof without a negative control', [proof('TR-15')], 'add violates()'],
  ['a negative control without a proof', [control('TR-15')], 'add verifies()'],
  ['a failing proof beside a passing one', [proof('TR-15'), control('TR-15'), proof('TR-15', false)], 'did not pass'],
  ['a failing negative control', [proof('TR-15'), control('TR-15', false)], 'did not pass'],
])('the gate fails on %s', (_, tests, problem) => {
  expect(judgeOne(tests).problems).toEqual([expect.stringContaining(problem)])
})

test('an open clause needs a reason, may have half a proof, and must go once it is proven', () => {
  expect(judgeOne([proof('TR-15')], { 'TR-15': 'the limiter is not exact yet' }).problems).toEqual([])
  expect(judgeOne([], { 'TR-15': ' ' }).problems).toEqual(['TR-15: open without a reason'])
  expect(judgeOne([proof('TR-15'), control('TR-15')], { 'TR-15': 'stale' }).problems).toEqual([
    'TR-15: proven, yet still listed in policy/src/open.ts',
  ])
  expect(judgeOne([proof('TR-15', false)], { 'TR-15': 'hides nothing' }).problems).toEqual([
    expect.stringContaining('did not pass'),
  ])
})

test('an id that no policy has is a problem, in a test and in the open list', () => {
  const { problems } = judgeOne([proof('TR-15'), control('TR-15'), proof('TR-99')], { 'TS-99': 'no such rule' })
  expect(problems).toEqual(['TR-99: not a clause of the policy', 'TS-99: not a clause of the policy'])
})

/** Judges with every clause but TR-15 open, so that only what the test says shows. */
function judgeOne(tests: readonly EvidenceTest[], open: Readonly<Record<string, string>> = {}): Verdict {
  const evidence: Evidence = { passed: tests.length, failed: 0, skipped: 0, tests }
  const others = [...CLAUSES.keys()].filter((id) => id !== 'TR-15').map((id) => [id, 'not of interest'])
  return judge(evidence, { ...Object.fromEntries(others), ...open })
}

function proof(id: string, passed = true): EvidenceTest {
  return { role: 'proof', clauses: [id], passed, test: `some.test.ts > ${id}` }
}

function control(id: string, passed = true): EvidenceTest {
  return { role: 'control', clauses: [id], passed, test: `some.test.ts > ${id} violated` }
}
