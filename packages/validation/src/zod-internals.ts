import type * as z from 'zod'

/** The definition of a schema: zod's documented entry for libraries that inspect schemas. */
export function definitionOf(schema: z.core.$ZodType): z.core.$ZodTypes['_zod']['def'] {
  return (schema as z.core.$ZodTypes)['_zod'].def
}

/** The definition of a check. */
export function checkOf(check: z.core.$ZodCheck): z.core.$ZodCheckDef {
  return check['_zod'].def
}
