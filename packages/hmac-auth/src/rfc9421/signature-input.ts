import { RingfenceError } from '@ringfence/errors'
import { serializeParameters } from '../structured-fields/serialize.ts'
import { NO_PARAMETERS, type BareItem, type Parameters } from '../structured-fields/values.ts'

/** A component identifier (RFC 9421 section 2): the name and its parameters, which are part of its identity. */
export interface Component {
  /** A lowercase field name, or a derived component such as `@method`. */
  readonly name: string
  readonly parameters: Parameters
  /** Its one spelling in a signature base, e.g. `"@query-param";name="Pet"`. */
  readonly identifier: string
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
  const covered = components.map((one) =>
    typeof one === 'string'
      ? makeComponent(one, NO_PARAMETERS)
      : makeComponent(one[0], new Map(Object.entries(one[1]))),
  )
  const own = new Map<string, BareItem>()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) own.set(name, value)
  return makeSignatureInput(covered, own)
}

/** Checks that the identifiers are distinct (RFC 9421 section 2: each MUST occur only once) and writes them down. */
export function makeSignatureInput(components: readonly Component[], parameters: Parameters): SignatureInput {
  let text = ''
  for (const { identifier } of components) {
    if (text.includes(identifier) && occursIn(components, identifier)) {
      throw new RingfenceError('signature_base_invalid', 'a component is covered twice')
    }
    text += text === '' ? identifier : ` ${identifier}`
  }
  return { components, parameters, text: `(${text})${serializeParameters(parameters)}` }
}

/** Checks the name's form; whether the component exists is decided when its value is asked for. */
export function makeComponent(name: string, parameters: Parameters): Component {
  if (!COMPONENT_NAME.test(name)) {
    throw new RingfenceError('signature_base_invalid', 'a component name is not a lowercase field name or @name')
  }
  const identifier = parameters.size === 0 ? `"${name}"` : `"${name}"${serializeParameters(parameters)}`
  return { name, parameters, identifier }
}

/** `"a"` is also a prefix of `"a";sf`, so a textual hit has to be confirmed. */
function occursIn(components: readonly Component[], identifier: string): boolean {
  return components.filter((one) => one.identifier === identifier).length > 1
}

const COMPONENT_NAME = /^(?:@[a-z-]+|[a-z0-9!#$%&'*+\-.^_`|~]+)$/
