import { expect, test } from 'vitest'
import { acceptedMutations } from './support/mutations.ts'

test('5,000 tokens that were changed without the private key: none is accepted, none makes the validator throw', async () => {
  const { reasons, accepted } = await acceptedMutations(5_000, 1)
  expect(accepted).toEqual([])
  expect(Object.keys(reasons)).toEqual(expect.arrayContaining(['malformed', 'wrong_signature', 'unknown_key']))
}, 60_000)
