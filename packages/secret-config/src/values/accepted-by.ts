import { z } from 'zod'

/**
 * A schema for a text that another package understands: `read` takes it without throwing. What `read` makes of it, and
 * says against it, stays unseen.
 *
 * @example
 * ```ts
 * acceptedBy((text) => cidrSet([text])).describe('a CIDR block')
 * ```
 */
export function acceptedBy(read: (text: string) => unknown): z.ZodString {
  return z.string().refine((text) => {
    try {
      read(text)
      return true
    } catch {
      return false
    }
  })
}
