import { RingfenceError } from '@ringfence/errors'
import type { TokenValidator } from '@ringfence/oauth-auth'

/** A wrong command line. The message repeats nothing that was typed. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/**
 * Refuses a token from now on, in every replica: the emergency stop for one that leaked. It is named by the fingerprint
 * under which the log knows it, or given itself on standard input, never as an operand: those are in the list of processes.
 *
 * @returns the fingerprint
 * @throws UsageError
 */
export async function revoke(
  operands: readonly string[],
  context: { readonly validator: TokenValidator; readonly input: () => Promise<string> },
): Promise<string> {
  const { validator, input } = context
  const [operand, ...more] = operands
  if (operand === undefined || more.length > 0) throw new UsageError('one fingerprint is expected, or -')
  const fingerprint = operand === '-' ? fingerprintOf(await input(), validator) : operand
  try {
    await validator.revoke(fingerprint)
  } catch (error) {
    if (error instanceof RingfenceError && error.code === 'option_invalid') throw new UsageError(error.message)
    throw error
  }
  return fingerprint
}

function fingerprintOf(input: string, validator: TokenValidator): string {
  const token = input.trim()
  if (!TOKEN.test(token)) throw new UsageError('standard input must hold one token and nothing else')
  return validator.fingerprint(token)
}

/** RFC 6750 section 2.1. */
const TOKEN = /^[A-Za-z0-9\-._~+/]{8,8192}=*$/
