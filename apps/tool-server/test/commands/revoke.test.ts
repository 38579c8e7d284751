import { randomBytes } from 'node:crypto'
import { createTokenValidator, memoryRevocations, type TokenValidator } from '@ringfence/oauth-auth'
import { expect, test } from 'vitest'
import { revoke, UsageError } from '../../src/commands/revoke.ts'

const revocations = memoryRevocations()
const validator: TokenValidator = createTokenValidator({
  issuer: 'https://issuer.example',
  audience: 'https://tools.example/mcp',
  fetch: () => Promise.reject(new Error('nobody is asked')),
  fingerprintKey: { keyId: 'k1', key: randomBytes(32) },
  revocations,
})
const noInput = (): Promise<string> => Promise.reject(new Error('nobody types'))
const token = `opaque-${randomBytes(16).toString('hex')}`

test('a fingerprint of the log is written to the denylist', async () => {
  const fingerprint = validator.fingerprint(token)
  expect(await revoke([fingerprint], { validator, input: noInput })).toBe(fingerprint)
  expect(revocations.isRevoked(fingerprint)).toBe(true)
})

test('a token on standard input is revoked under its fingerprint, and not repeated', async () => {
  const other = `${token}.2`
  expect(await revoke(['-'], { validator, input: () => Promise.resolve(`${other}\n`) })).toBe(
    validator.fingerprint(other),
  )
  expect(revocations.isRevoked(validator.fingerprint(other))).toBe(true)
})

test.each([
  [[], ''],
  [['a', 'b'], ''],
  [[token], ''],
  [['k1:short'], ''],
  [[`k2:${'a'.repeat(22)}`], ''],
  [['-'], ''],
  [['-'], 'two tokens'],
  [['-'], 'x'.repeat(9_000)],
])('%j with the input %j is a wrong command line, which is not repeated', async (operands, input) => {
  const attempt = revoke(operands, { validator, input: () => Promise.resolve(input) })
  await expect(attempt).rejects.toThrow(UsageError)
  await expect(attempt).rejects.not.toThrow(/opaque-|k2:/)
})
