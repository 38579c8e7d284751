import { toUSVString } from 'node:util'
import { RingfenceError } from '@ringfence/errors'
import { z } from 'zod'
import { Secret } from '../secret.ts'

/** What a secret has to look like. */
export interface SecretOptions {
  /** Exactly this many bytes in lowercase hexadecimal, such as 32 for a raw SQLCipher key. */
  readonly hexBytes?: number
  /** The whole text must match. */
  readonly pattern?: RegExp
  /** In characters; default 16. Ignored with `hexBytes`. */
  readonly minLength?: number
}

/**
 * A schema for a secret: text in, {@link Secret} out. In production `loadConfig` also refuses placeholders.
 *
 * @example
 * ```ts
 * z.object({ TRADING_DB_KEY: secret({ hexBytes: 32 }), TRAIL_KEY: secret({ minLength: 32 }) })
 * ```
 */
export function secret(options: SecretOptions = {}): z.ZodType<Secret, string> {
  const { hexBytes, pattern, minLength = 16 } = options
  if (hexBytes !== undefined && !(Number.isSafeInteger(hexBytes) && hexBytes > 0)) {
    throw new RingfenceError('option_invalid', 'secret: hexBytes must be a positive whole number')
  }
  // eslint-disable-next-line security/detect-non-literal-regexp -- a checked number
  const whole = hexBytes === undefined ? pattern : new RegExp(`^[0-9a-f]{${hexBytes * 2}}$`)
  const shape =
    hexBytes === undefined
      ? `a secret of at least ${minLength} characters${pattern === undefined ? '' : ' in the expected form'}`
      : `${hexBytes * 2} lowercase hexadecimal digits (${hexBytes} random bytes)`
  const text = z.string().min(hexBytes === undefined ? minLength : 1)
  return text
    .refine((value) => toUSVString(value) === value && (whole === undefined || matchesWhole(whole, value)))
    .transform((value) => new Secret(value))
    .describe(shape)
}

/** A match that starts later or ends earlier is no match, and a global pattern's lastIndex must not matter. */
function matchesWhole(pattern: RegExp, value: string): boolean {
  // eslint-disable-next-line security/detect-non-literal-regexp -- the schema's own pattern
  return new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gym]/g, '')).test(value)
}
