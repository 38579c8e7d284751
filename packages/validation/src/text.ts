import { RingfenceError } from '@ringfence/errors'
import * as z from 'zod'
import { vetted } from './string-faults.ts'

/** What {@link text} may contain. */
export interface TextOptions {
  /** Code points. Default 1. */
  readonly min?: number
  /** Code points, at most 10,000. */
  readonly max: number
  /** Allows line feeds inside. Default false. */
  readonly lines?: boolean
}

/**
 * Free text for people: letters, marks, numbers, punctuation, symbols and spaces of every script, in normalisation form C
 * (UAX #15), so that equal texts are equal bytes. An allowlist of categories: control characters, line and paragraph
 * separators, bidirectional overrides (which make code and numbers read backwards), everything that shows as nothing
 * (zero-width and tag characters, Hangul fillers), private use, unassigned code points and half surrogate pairs are
 * refused, and more than 30 marks on one character (UAX #15 section 13: no language needs more, and normalising them takes
 * quadratic time). Joiners stay allowed, and one presentation selector after a character: scripts and emoji need them.
 *
 * Free text proves nothing about its meaning: `<script>` passes. It must be inert where it ends up.
 *
 * The rules that errors name: `too_short`, `too_long`, `characters`, `not_nfc`.
 */
export function text(options: TextOptions): z.ZodString {
  const { min = 1, max, lines = false } = options
  if (!Number.isInteger(min) || !Number.isInteger(max) || min < 0 || min > max || max > 10_000) {
    throw new RingfenceError('option_invalid', 'text: needs 0 <= min <= max <= 10000')
  }
  return z
    .string()
    .max(max, { abort: true })
    .min(min, { abort: true })
    .refine(lines ? MANY_LINES : ONE_LINE, { params: { rule: 'characters' }, abort: true })
    .refine((value) => !PILE_OF_MARKS.test(value), { params: { rule: 'characters' }, abort: true })
    .refine((value) => value === value.normalize('NFC'), { params: { rule: 'not_nfc' } })
}

// What is default ignorable (UAX #44 section 5.3) shows as nothing. U+200C and U+200D are the joiners, U+FE0E and U+FE0F
// choose between text and emoji.
const ONE_LINE = vetted((value: string) =>
  /^(?:(?!\p{DI})[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}][\uFE0E\uFE0F]?|[\u200C\u200D])*$/u.test(value),
)
const MANY_LINES = vetted((value: string) =>
  /^(?:(?!\p{DI})[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}][\uFE0E\uFE0F]?|[\n\u200C\u200D])*$/u.test(value),
)
const PILE_OF_MARKS = /\p{M}{31}/u
