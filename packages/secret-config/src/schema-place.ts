import type { z } from 'zod'

/** A place inside a schema, as an operator reads it: nothing in it comes from a value. */
export interface Place {
  /** Such as `TRADING_API_KEYS[0].secret`; `?` stands for a part that the value named. */
  readonly label: string
  /** What the schema's author wrote with `describe` for the innermost described part. */
  readonly hint: string | undefined
}

/**
 * Follows an issue's path through the schema. Only names that the schema itself declares are repeated: the keys of a
 * record are part of the value.
 */
export function schemaPlace(schema: z.ZodType, path: readonly PropertyKey[]): Place {
  let node = unwrap(schema)
  let label = ''
  let hint = node.hint
  for (const part of path) {
    const inner = typeof part === 'string' ? node.shape?.[part] : node.element
    if (inner === undefined || typeof part === 'symbol') return { label: `${label}.?`, hint }
    label += typeof part === 'number' ? `[${part}]` : label === '' ? part : `.${part}`
    node = unwrap(inner)
    hint = node.hint ?? (typeof part === 'number' ? hint : undefined)
  }
  return { label, hint }
}

interface Node {
  readonly hint: string | undefined
  readonly shape: Readonly<Record<string, z.ZodType>> | undefined
  readonly element: z.ZodType | undefined
}

interface Definition {
  readonly innerType?: z.ZodType
  readonly in?: z.ZodType
  readonly out?: z.ZodType
  readonly shape?: Readonly<Record<string, z.ZodType>>
  readonly element?: z.ZodType
}

/** Looks through optional, default and pipe wrappers. */
function unwrap(schema: z.ZodType): Node {
  const definition = schema.def as Definition
  const hint = schema.description
  // A pipe's path belongs to the side that names things: `jsonValue` is text in, the described value out.
  const sides = [definition.innerType, definition.out, definition.in].filter((side) => side !== undefined).map(unwrap)
  return {
    hint: hint ?? sides.find((side) => side.hint !== undefined)?.hint,
    shape: definition.shape ?? sides.find((side) => side.shape !== undefined)?.shape,
    element: definition.element ?? sides.find((side) => side.element !== undefined)?.element,
  }
}
