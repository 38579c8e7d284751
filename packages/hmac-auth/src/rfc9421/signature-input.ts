import { Problem, orThrow } from '../problem.ts'
import { serializeParameters } from '../structured-fields/serialize.ts'
import { NO_PARAMETERS, type BareItem, type Parameters } from '../structured-fields/values.ts'

/** A component identifier (RFC 9421 section 2): the name and its parameters, which are part of its identity. */
export interface Component {
  /** A lowercase field name, or a derived component such as `@method`. */
  readonly name: string
  readonly parameters: Parameters
  /** Its one spelling in a signature base, e.g. `"@query-param";name="Pet"`. */
  readonly identifier: string
  /** What its line in a signature base begins with: the identifier, a colon and a blank. */
  readonly head: string
}

/** What one signature covers and says about itself (RFC 9421 section 2.3). */
export interface SignatureInput {
  readonly components: readonly Component[]
  readonly parameters: Parameters
  /** The value of the `@signature-params` line, and of the member in the Signature-Input field. */
  readonly text: string
}

/**
 * Puts together what a signature will cover.
 *
 * @param components names, or `[name, parameters]` where the identity has parameters
 * @param parameters in the order they are to appear; `undefined` is left out
 * @throws {RingfenceError} `signature_base_invalid` for a name that is none, or that occurs twice
 *
 * @example
 * ```ts
 * signatureInput(['@method', ['@query-param', { name: 'id' }]], { created: 1618884473, keyid: 'k' }).text
 * // ("@method" "@query-param";name="id");created=1618884473;keyid="k"
 * ```
 */
export function signatureInput(
  components: readonly (string | readonly [name: string, parameters: Readonly<Record<string, BareItem>>])[],
  parameters: Readonly<Record<string, BareItem | undefined>>,
): SignatureInput {
  const covered = components.map((one) => {
    const [name, own] = typeof one === 'string' ? [one, NO_PARAMETERS] : [one[0], new Map(Object.entries(one[1]))]
    return orThrow(component(name, own), 'signature_base_invalid')
  })
  if (hasRepeated(covered)) return orThrow<SignatureInput>(REPEATED, 'signature_base_invalid')
  const stated = new Map<string, BareItem>()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) stated.set(name, value)
  const identifiers = covered.map(({ identifier }) => identifier).join(' ')
  return { components: covered, parameters: stated, text: `(${identifiers})${serializeParameters(stated)}` }
}

/** Checks the form of the name; whether the component exists is decided when its value is asked for. */
export function component(name: string, parameters: Parameters): Component | Problem {
  if (parameters.size > 0) {
    return COMPONENT_NAME.test(name)
      ? toComponent(name, parameters, `"${name}"${serializeParameters(parameters)}`)
      : NO_NAME
  }
  const common = COMMON.get(name)
  if (common !== undefined) return common
  return COMPONENT_NAME.test(name) ? toComponent(name, parameters, `"${name}"`) : NO_NAME
}

function toComponent(name: string, parameters: Parameters, identifier: string): Component {
  return { name, parameters, identifier, head: `${identifier}: ` }
}

/** RFC 9421 section 2: each identifier MUST occur only once, whatever the order of its parameters. */
export function hasRepeated(components: readonly Component[]): boolean {
  for (let i = 1; i < components.length; i++) {
    for (let j = 0; j < i; j++) if (isSame(components[i]!, components[j]!)) return true
  }
  return false
}

function isSame(one: Component, other: Component): boolean {
  if (one.name !== other.name || one.parameters.size !== other.parameters.size) return false
  return one.identifier === other.identifier || sorted(one.parameters) === sorted(other.parameters)
}

function sorted(parameters: Parameters): string {
  return serializeParameters(new Map([...parameters].toSorted(([a], [b]) => (a < b ? -1 : 1))))
}

export const REPEATED: Problem = new Problem('signature base: a component is covered twice')

const NO_NAME: Problem = new Problem('signature base: a component name is not a lowercase field name or @name')
const COMPONENT_NAME = /^(?:@[a-z-]+|[a-z0-9!#$%&'*+\-.^_`|~]+)$/

/** What requests are signed with over and over, made once. The first four are in every signature. */
export const COMMON_COMPONENTS: readonly Component[] = [
  '@method',
  '@authority',
  '@path',
  '@query',
  'content-type',
  'content-digest',
  'x-session-id',
  'x-api-version',
].map((name) => toComponent(name, NO_PARAMETERS, `"${name}"`))

const COMMON: ReadonlyMap<string, Component> = new Map(COMMON_COMPONENTS.map((one) => [one.name, one]))
