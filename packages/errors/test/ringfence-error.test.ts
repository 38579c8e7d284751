import { expect, test } from 'vitest'
import { ERROR_CODES, RingfenceError } from '../src/index.ts'

test('carries a code of the closed union, and nothing of another error', () => {
  const error = new RingfenceError('cidr_invalid', '10.0.0.1/8 has host bits set')
  expect(error).toMatchObject({ name: 'RingfenceError', code: 'cidr_invalid', message: '10.0.0.1/8 has host bits set' })
  expect('cause' in error).toBe(false)
  // @ts-expect-error a code that does not exist
  expect(new RingfenceError('made_up', '').code in ERROR_CODES).toBe(false)
})
