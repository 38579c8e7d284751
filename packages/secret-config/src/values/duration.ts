import { z } from 'zod'

/** Bounds of a duration, in milliseconds. */
export interface DurationOptions {
  /** Default 1. */
  readonly minMs?: number
  /** Default 30 days. */
  readonly maxMs?: number
}

/**
 * A schema for a duration: a whole number and one unit (`250ms`, `30s`, `15m`, `4h`, `7d`) in, milliseconds out. A bare
 * number is refused: nobody can tell its unit.
 */
export function duration({ minMs = 1, maxMs = 30 * UNITS.d }: DurationOptions = {}): z.ZodType<number, string> {
  return z
    .string()
    .regex(/^[1-9]\d{0,8}(?:ms|s|m|h|d)$/)
    .transform((text) => Number.parseInt(text, 10) * UNITS[text.replace(/\d+/, '') as keyof typeof UNITS])
    .refine((ms) => ms >= minMs && ms <= maxMs)
    .describe(`a duration from ${spell(minMs)} to ${spell(maxMs)}, such as 250ms, 30s, 15m or 4h`)
}

function spell(ms: number): string {
  const unit = (['d', 'h', 'm', 's'] as const).find((one) => ms % UNITS[one] === 0) ?? 'ms'
  return `${ms / UNITS[unit]}${unit}`
}

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
