import { RingfenceError } from '@ringfence/errors'

/** How much JSON is too much. Every limit is inclusive. */
export interface JsonLimits {
  /** Bytes of the whole document. Default 10,240. */
  readonly bytes?: number
  /** Objects and arrays inside each other; a bare scalar has depth 0. Default 16, at most 256. */
  readonly depth?: number
  /** Values in the whole document: every scalar, array and object counts one. Default 1,000. */
  readonly elements?: number
  /** UTF-16 code units of one string or key, after decoding. Default 4,096. */
  readonly stringLength?: number
}

/** Fills in the defaults; throws `option_invalid` on a limit that is no limit. */
export function jsonLimits(limits: JsonLimits | undefined): Required<JsonLimits> {
  if (limits === undefined) return DEFAULTS
  const full = { ...DEFAULTS, ...limits }
  for (const name of Object.keys(DEFAULTS) as (keyof JsonLimits)[]) {
    const value = full[name]
    if (!Number.isSafeInteger(value) || value < 1 || value > HIGHEST[name]) {
      throw new RingfenceError('option_invalid', `parseJson: ${name} must be an integer from 1 to ${HIGHEST[name]}`)
    }
  }
  return full
}

const DEFAULTS: Required<JsonLimits> = Object.freeze({
  bytes: 10_240,
  depth: 16,
  elements: 1_000,
  stringLength: 4_096,
})

// The walk over the parsed document recurses, so its depth must stay far below what a stack holds.
const HIGHEST: Required<JsonLimits> = Object.freeze({
  bytes: 64 * 1024 * 1024,
  depth: 256,
  elements: 10_000_000,
  stringLength: 64 * 1024 * 1024,
})
