import { RingfenceError } from '@ringfence/errors'
import { expect, test } from 'vitest'
import { failureEvent } from '../src/failure-event.ts'

test('an error of ours speaks for itself, its problems as a list', () => {
  const error = new RingfenceError('config_invalid', 'the configuration has 2 problems:\n  A: missing\n  B: invalid')
  expect(failureEvent(error)).toEqual({
    event: 'failed',
    code: 'config_invalid',
    msg: 'the configuration has 2 problems:',
    problems: ['A: missing', 'B: invalid'],
  })
})

test('of a foreign error only the code is repeated', () => {
  const error = Object.assign(new Error('planted-text'), { code: 'EADDRINUSE' })
  expect(failureEvent(error, { EADDRINUSE: 'the port is in use' }).msg).toBe('the port is in use')
  expect(failureEvent(error)).toEqual({
    event: 'failed',
    code: 'EADDRINUSE',
    msg: 'the process cannot go on (EADDRINUSE)',
  })
  expect(
    JSON.stringify([error, 'planted-text', { message: 'planted-text' }].map((one) => failureEvent(one))),
  ).not.toContain('planted-text')
})

test('a code that names a property of every object is no sentence', () => {
  const error = Object.assign(new Error('x'), { code: 'constructor' })
  expect(failureEvent(error).msg).toBe('the process cannot go on (constructor)')
})
