import { describe, expect, test } from 'vitest'
import { DEMO_STEPS } from '../../src/repository/demo-steps.ts'
import { shortcomings } from '../../src/repository/perform-step.ts'

describe('what counts as an answer', () => {
  const refused = { status: 401, body: '{"code":"request_replayed","title":"This request was already received."}' }

  test('the expected one has no shortcoming', () => {
    expect(
      shortcomings(refused, { status: 401, code: 'request_replayed', includes: ['already'], excludes: ['nonce'] }),
    ).toEqual([])
  })

  test.each([
    [{ status: 201 }, 'status 401, not 201'],
    [{ code: 'credentials_invalid' }, 'no code credentials_invalid'],
    [{ includes: ['orderId'] }, 'no orderId'],
    [{ excludes: ['already'] }, 'already shows'],
  ])('%j is not met', (expectation, why) => {
    expect(shortcomings(refused, expectation)).toEqual([why])
  })

  test('an accepted request fails every step that expects a refusal', () => {
    const accepted = { status: 200, body: '{"result":{}}' }
    const refusals = DEMO_STEPS.filter(({ expect: { code } }) => code !== undefined)
    expect(refusals.length).toBeGreaterThan(10)
    expect(refusals.filter((step) => shortcomings(accepted, step.expect).length === 0)).toEqual([])
  })
})

test('the steps have different ids, and replay only what an earlier step sent', () => {
  const ids = DEMO_STEPS.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const [i, { action }] of DEMO_STEPS.entries()) {
    if (action.at === 'trading' && action.replay !== undefined) expect(ids.slice(0, i)).toContain(action.replay)
  }
})
