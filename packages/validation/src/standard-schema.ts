/** Standard Schema 1 (standardschema.dev), which many libraries speak. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': StandardProperties<Input, Output>
}

/** Standard JSON Schema 1: a Standard Schema that can be published, too. */
export interface StandardJsonSchema<Input = unknown, Output = Input> {
  readonly '~standard': StandardProperties<Input, Output> & { readonly jsonSchema: JsonSchemaConverter }
}

interface StandardProperties<Input, Output> {
  readonly version: 1
  readonly vendor: string
  readonly types?: { readonly input: Input; readonly output: Output } | undefined
  readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
}

/** What a Standard Schema answers. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: StandardPath | undefined }[] }

/** Where an issue is. */
export type StandardPath = readonly (PropertyKey | { readonly key: PropertyKey })[]

/** Writes JSON Schema; throws for what it cannot express. */
export interface JsonSchemaConverter {
  readonly input: (options: { readonly target: JsonSchemaTarget }) => Record<string, unknown>
  readonly output: (options: { readonly target: JsonSchemaTarget }) => Record<string, unknown>
}

/** The dialects that zod writes. */
type JsonSchemaTarget = 'draft-2020-12' | 'draft-07' | 'openapi-3.0'
