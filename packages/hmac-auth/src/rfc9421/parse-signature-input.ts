import { RingfenceError } from '@ringfence/errors'
import { parseDictionary } from '../structured-fields/parse.ts'
import { isInnerList, type InnerList, type Parameters } from '../structured-fields/values.ts'
import { makeComponent, makeSignatureInput, type SignatureInput } from './signature-input.ts'

/**
 * Parses the Signature-Input field (RFC 9421 section 4.1) to the letter of RFC 9651, and stricter where leniency would
 * give one signature two spellings: a repeated label, parameter or component is refused.
 *
 * @param values every field line in arrival order
 * @returns label to input, in the order sent; a label proves nothing (section 7.2.5), choose by `tag`
 * @throws {RingfenceError} `field_malformed` or `signature_base_invalid`; messages repeat nothing of the field
 *
 * @example
 * ```ts
 * const inputs = parseSignatureInput(['sig=("@method" "@path");created=1618884473;keyid="k"'])
 * inputs.get('sig')?.parameters.get('created') // 1618884473
 * ```
 */
export function parseSignatureInput(values: readonly string[]): ReadonlyMap<string, SignatureInput> {
  const inputs = new Map<string, SignatureInput>()
  for (const [label, member] of parseDictionary(combined(values), 'refuse')) {
    if (!isInnerList(member)) throw malformed('a member of Signature-Input is not a list of components')
    inputs.set(label, toInput(member))
  }
  return inputs
}

/**
 * Parses the Signature field (RFC 9421 section 4.2): label to signature bytes.
 *
 * @throws {RingfenceError} `field_malformed`
 */
export function parseSignature(values: readonly string[]): ReadonlyMap<string, Uint8Array> {
  const signatures = new Map<string, Uint8Array>()
  for (const [label, member] of parseDictionary(combined(values), 'refuse')) {
    if (isInnerList(member) || !(member.value instanceof Uint8Array) || member.parameters.size > 0) {
      throw malformed('a member of Signature is not a byte sequence')
    }
    signatures.set(label, member.value)
  }
  return signatures
}

function toInput({ items, parameters }: InnerList): SignatureInput {
  if (items.length > MAX_COMPONENTS) throw malformed('too many components are covered')
  checkTypes(parameters)
  const components = items.map((item) =>
    typeof item.value === 'string' ? makeComponent(item.value, item.parameters) : malformedComponent(),
  )
  return makeSignatureInput(components, parameters)
}

/** RFC 9421 section 2.3. A parameter nobody registered is let through here: whether to accept it is policy. */
function checkTypes(parameters: Parameters): void {
  for (const [name, value] of parameters) {
    const type = PARAMETER_TYPES.get(name)
    if (type !== undefined && typeof value !== type) throw malformed('a signature parameter has the wrong type')
  }
}

function combined(values: readonly string[]): string {
  const text = values.length === 1 ? values[0]! : values.join(', ')
  if (text.length > MAX_LENGTH) throw malformed('a signature field is too long')
  return text
}

function malformedComponent(): never {
  throw malformed('a covered component is not a string')
}

function malformed(why: string): RingfenceError {
  return new RingfenceError('field_malformed', why)
}

/** `number` is an Integer here: a Decimal is an object. */
const PARAMETER_TYPES: ReadonlyMap<string, 'number' | 'string'> = new Map([
  ['created', 'number'],
  ['expires', 'number'],
  ['nonce', 'string'],
  ['alg', 'string'],
  ['keyid', 'string'],
  ['tag', 'string'],
])

/** Characters of a whole field, all lines together. */
const MAX_LENGTH = 8_192
const MAX_COMPONENTS = 64
