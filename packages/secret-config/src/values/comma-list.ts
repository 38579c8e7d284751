import { z } from 'zod'

/**
 * A schema for a comma-separated list: white space around elements is dropped, an empty element or a repeated one is
 * refused. Name the variable in `mayBeEmpty` if an empty list is meant to be possible.
 *
 * @param element checks each element, such as `loopbackAddress()` or `z.string()`
 *
 * @example
 * ```ts
 * z.object({ TOOLS_ORIGINS: commaList(absoluteUrl({ schemes: ['https:'] })).default([]) })
 * ```
 */
export function commaList<T>(element: z.ZodType<T, string>): z.ZodType<T[], string> {
  return z
    .string()
    .transform((text) => (text === '' ? [] : text.split(',').map((part) => part.trim())))
    .refine((parts) => !parts.includes('') && new Set(parts).size === parts.length && parts.length <= MAX_ELEMENTS)
    .pipe(z.array(element))
    .describe(`a comma-separated list without empty or repeated elements${of(element)}`)
}

function of(element: z.ZodType): string {
  return element.description === undefined ? '' : `; each ${element.description}`
}

const MAX_ELEMENTS = 1_000
