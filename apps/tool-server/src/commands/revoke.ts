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
  if (!FINGERPRINT.test(fingerprint)) throw new UsageError('a fingerprint is a key id, a colon and 22 characters')
  const ours = validator.fingerprint('').split(':', 1)[0]
  if (!fingerprint.startsWith(`${ours}:`)) throw new UsageError('this fingerprint was made with another key')
  await validator.revoke(fingerprint)
  return fingerprint
}

function fingerprintOf(input: string, validator: TokenValidator): string {
  const token = input.trim()
  if (!TOKEN.test(token)) throw new UsageError('standard input must hold one token and nothing else')
  return validator.fingerprint(token)
}

const FINGERPRINT = /^[A-Za-z0-9_-]{1,32}:[A-Za-z0-9_-]{22}$/

/** RFC 6750 section 2.1. */
const TOKEN = /^[A-Za-z0-9\-._~+/]{8,8192}=*$/
