import { Problem, orThrow } from '../problem.ts'
import { readDictionary } from '../structured-fields/parse.ts'
import { serializeInnerList } from '../structured-fields/serialize.ts'
import { isInnerList, type Item, type Member, type Parameters } from '../structured-fields/values.ts'
import { REPEATED, component, hasRepeated, type Component, type SignatureInput } from './signature-input.ts'

/**
 * Parses the Signature-Input field (RFC 9421 section 4.1) to the letter of RFC 9651, and stricter where leniency would
 * give one signature two spellings: a repeated label, parameter or component is refused.
 *
 * @param values every field line in arrival order
 * @returns label to input, in the order sent; a label proves nothing (section 7.2.5), choose by `tag`
 * @throws {RingfenceError} `field_malformed`; the message repeats nothing of the field
 *
 * @example
 * ```ts
 * const inputs = parseSignatureInput(['sig=("@method" "@path");created=1618884473;keyid="k"'])
 * inputs.get('sig')?.parameters.get('created') // 1618884473
 * ```
 */
export function parseSignatureInput(values: readonly string[]): ReadonlyMap<string, SignatureInput> {
  return orThrow(readSignatureInput(values), 'field_malformed')
}

/** As {@link parseSignatureInput}, with the problem as a value. */
export function readSignatureInput(values: readonly string[]): ReadonlyMap<string, SignatureInput> | Problem {
  return readField(values, toInput)
}

/**
 * Parses the Signature field (RFC 9421 section 4.2): label to signature bytes.
 *
 * @throws {RingfenceError} `field_malformed`
 */
export function parseSignature(values: readonly string[]): ReadonlyMap<string, Uint8Array> {
  return orThrow(readSignature(values), 'field_malformed')
}

/** As {@link parseSignature}, with the problem as a value. */
export function readSignature(values: readonly string[]): ReadonlyMap<string, Uint8Array> | Problem {
  return readField(values, toBytes)
}

function readField<Value>(
  values: readonly string[],
  convert: (member: Member) => Value | Problem,
): ReadonlyMap<string, Value> | Problem {
  // Lines of one field are one list (RFC 9110 section 5.3).
  const text = values.length === 1 ? values[0]! : values.join(', ')
  return text.length > MAX_LENGTH ? TOO_LONG : readDictionary(text, 'refuse', convert)
}

function toBytes(member: Member): Uint8Array | Problem {
  const isBytes = !isInnerList(member) && member.value instanceof Uint8Array && member.parameters.size === 0
  return isBytes ? member.value : NO_BYTES
}

function toInput(list: Member): SignatureInput | Problem {
  if (!isInnerList(list)) return NO_LIST
  const components = toComponents(list.items)
  if (components instanceof Problem) return components
  if (!areTyped(list.parameters)) return ILL_TYPED
  return { components, parameters: list.parameters, text: list.canonical ?? serializeInnerList(list) }
}

function toComponents(items: readonly Item[]): readonly Component[] | Problem {
  const components: Component[] = []
  for (const { value, parameters } of items) {
    const one = typeof value === 'string' ? component(value, parameters) : NO_STRING
    if (one instanceof Problem) return one
    if (components.push(one) > MAX_COMPONENTS) return TOO_MANY
  }
  return hasRepeated(components) ? REPEATED : components
}

/** RFC 9421 section 2.3. A parameter nobody registered is let through here: whether to accept it is policy. */
function areTyped(parameters: Parameters): boolean {
  for (const [name, value] of parameters) {
    const type = PARAMETER_TYPES.get(name)
    if (type !== undefined && typeof value !== type) return false
  }
  return true
}

const TOO_LONG = new Problem('a signature field is too long')
const TOO_MANY = new Problem('too many components are covered')
const NO_LIST = new Problem('a member of Signature-Input is not a list')
const NO_STRING = new Problem('a covered component is not a string')
const NO_BYTES = new Problem('a member of Signature is not a byte sequence')
const ILL_TYPED = new Problem('a signature parameter has the wrong type')

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
