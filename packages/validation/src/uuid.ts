import * as z from 'zod'

/** A UUID in its one canonical spelling: lower case, hyphens (RFC 9562 section 4). Version and variant are not judged. */
export function uuid(): z.ZodString {
  return z
    .string()
    .max(36, { abort: true })
    .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, { abort: true })
}
