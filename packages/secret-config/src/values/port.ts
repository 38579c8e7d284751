import { z } from 'zod'

/** A schema for a TCP port, 1 to 65535 in decimal. 0 (any free port) only where asked for, as tests do. */
export function port({ allowZero = false }: { readonly allowZero?: boolean } = {}): z.ZodType<number, string> {
  const least = allowZero ? 0 : 1
  return z
    .string()
    .regex(/^(?:0|[1-9]\d{0,4})$/)
    .transform(Number)
    .refine((number) => number >= least && number <= 65_535)
    .describe(`a port number from ${least} to 65535`)
}
