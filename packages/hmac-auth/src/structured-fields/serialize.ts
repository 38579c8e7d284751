import { RingfenceError } from '@ringfence/errors'
import {
  Decimal,
  DisplayString,
  FieldDate,
  Token,
  isInnerList,
  type BareItem,
  type Dictionary,
  type InnerList,
  type Item,
  type List,
  type Member,
  type Parameters,
} from './values.ts'

/** Serializes a list (RFC 9651 section 4.1.1). @throws {RingfenceError} `field_malformed` for what has no wire form */
export function serializeList(list: List): string {
  return list.map(serializeMember).join(', ')
}

/** Serializes a dictionary (RFC 9651 section 4.1.2). */
export function serializeDictionary(dictionary: Dictionary): string {
  const members: string[] = []
  for (const [key, member] of dictionary) {
    const bare = !isInnerList(member) && member.value === true
    members.push(checkedKey(key) + (bare ? serializeParameters(member.parameters) : `=${serializeMember(member)}`))
  }
  return members.join(', ')
}

export function serializeMember(member: Member): string {
  return isInnerList(member) ? serializeInnerList(member) : serializeItem(member)
}

/** RFC 9651 section 4.1.1.1. */
export function serializeInnerList({ items, parameters }: InnerList): string {
  return `(${items.map(serializeItem).join(' ')})${serializeParameters(parameters)}`
}

/** RFC 9651 section 4.1.3. */
export function serializeItem({ value, parameters }: Item): string {
  return serializeBareItem(value) + serializeParameters(parameters)
}

/** RFC 9651 section 4.1.1.2. */
export function serializeParameters(parameters: Parameters): string {
  let text = ''
  for (const [key, value] of parameters) {
    text += value === true ? `;${checkedKey(key)}` : `;${checkedKey(key)}=${serializeBareItem(value)}`
  }
  return text
}

/** RFC 9651 section 4.1.3.1. */
function serializeBareItem(value: BareItem): string {
  if (typeof value === 'string') return serializeString(value)
  if (typeof value === 'number') return serializeInteger(value)
  if (typeof value === 'boolean') return value ? '?1' : '?0'
  if (value instanceof Uint8Array) return `:${Buffer.from(value).toString('base64')}:`
  if (value instanceof Token) return TOKEN.test(value.text) ? value.text : unserializable('a token')
  if (value instanceof Decimal) return serializeDecimal(value.value)
  if (value instanceof FieldDate) return `@${serializeInteger(value.seconds)}`
  if (value instanceof DisplayString) return serializeDisplayString(value.text)
  return unserializable('a value')
}

/** RFC 9651 section 4.1.6. */
function serializeString(text: string): string {
  if (!ASCII.test(text)) unserializable('a string')
  return text.includes('"') || text.includes('\\') ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`
}

function serializeInteger(value: number): string {
  return Number.isInteger(value) && Math.abs(value) <= 999_999_999_999_999
    ? String(value)
    : unserializable('an integer')
}

/** RFC 9651 section 4.1.5: three digits after the point, the last one rounded to even. */
function serializeDecimal(value: number): string {
  const rounded = roundHalfToEven(value * 1000) / 1000
  if (!(Math.abs(rounded) < 1e12)) unserializable('a decimal')
  return Number.isInteger(rounded) ? `${rounded}.0` : String(rounded)
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value)
  const half = value - floor === 0.5
  return half ? floor + (floor % 2 === 0 ? 0 : 1) : Math.round(value)
}

/** RFC 9651 section 4.1.11. */
function serializeDisplayString(text: string): string {
  if (LONE_SURROGATE.test(text)) unserializable('a display string')
  let encoded = ''
  for (const byte of Buffer.from(text, 'utf8')) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x25 && byte !== 0x22
    encoded += plain ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`
  }
  return `%"${encoded}"`
}

function checkedKey(key: string): string {
  return KEY.test(key) ? key : unserializable('a key')
}

function unserializable(what: string): never {
  throw new RingfenceError('field_malformed', `structured field: ${what} cannot be written`)
}

const LONE_SURROGATE = /\p{Surrogate}/u
const KEY = /^[a-z*][a-z0-9_\-.*]*$/
const TOKEN = /^[A-Za-z*][A-Za-z0-9!#$%&'*+\-.^_`|~:/]*$/
const ASCII = /^[\x20-\x7e]*$/
