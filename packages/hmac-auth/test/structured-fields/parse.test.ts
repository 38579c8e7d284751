import { describe, expect, test } from 'vitest'
import { parseDictionary, parseItem, parseList } from '../../src/structured-fields/parse.ts'
import { serializeDictionary, serializeItem, serializeList } from '../../src/structured-fields/serialize.ts'
import {
  Decimal,
  DisplayString,
  FieldDate,
  Token,
  isInnerList,
  type BareItem,
  type Dictionary,
  type Item,
  type List,
  type Member,
  type Parameters,
} from '../../src/structured-fields/values.ts'
import { vectors } from '../support/vectors.ts'

interface Case {
  readonly name: string
  readonly raw?: readonly string[]
  readonly header_type: 'item' | 'list' | 'dictionary'
  readonly expected?: unknown
  readonly must_fail?: boolean
  readonly can_fail?: boolean
  readonly canonical?: readonly string[]
}

const FILES = Object.entries(
  (vectors('structured-field-tests.json') as { files: Record<string, readonly Case[]> }).files,
)

describe.each(FILES.filter(([file]) => !file.startsWith('serialisation')))(
  'httpwg/structured-field-tests %s',
  (_, cases) => {
    test.each(cases.map((one, i) => [`${i} ${one.name}`, one] as const))('%s', (_name, one) => {
      const text = one.raw!.join(', ')
      if (one.must_fail) expect(() => parse(one.header_type, text)).toThrow(MALFORMED)
      else if (one.can_fail) expectSameOrRefused(one, text)
      else expectSame(one, parse(one.header_type, text))
    })
  },
)

describe.each(FILES.filter(([file]) => file.startsWith('serialisation')))('%s', (_, cases) => {
  test.each(cases.map((one, i) => [`${i} ${one.name}`, one] as const))('%s', (_name, one) => {
    const write = (): string => serialize(fromJson(one.header_type, one.expected))
    if (one.must_fail) expect(write).toThrow(MALFORMED)
    else expect([write()]).toEqual(one.canonical)
  })
})

test('a repeated key or parameter is refused on request, and else the last one wins', () => {
  expect(parseDictionary('a=1, a=2').get('a')).toMatchObject({ value: 2 })
  expect(parseItem('x;a=1;a=2').parameters.get('a')).toBe(2)
  expect(() => parseDictionary('a=1, a=2', 'refuse')).toThrow(MALFORMED)
  expect(() => parseDictionary('a=1;b;b', 'refuse')).toThrow(MALFORMED)
  expect(() => parseList('(x;a=1;a=1)', 'refuse')).toThrow(MALFORMED)
  expect(() => parseItem('x;a=1;a=1', 'refuse')).toThrow(MALFORMED)
})

test('a byte sequence has one spelling', () => {
  for (const text of [':YQ:', ':YQ=:', ':YR==:', ':Y Q==:', ':YQ==', ':-_==:', ':YQ===:']) {
    expect(() => parseItem(text)).toThrow(MALFORMED)
  }
})

const MALFORMED = expect.objectContaining({ code: 'field_malformed' })

type Field = Item | List | Dictionary

function parse(type: Case['header_type'], text: string): Field {
  return type === 'item' ? parseItem(text) : type === 'list' ? parseList(text) : parseDictionary(text)
}

function serialize(field: Field): string {
  if (Array.isArray(field)) return serializeList(field as List)
  return field instanceof Map ? serializeDictionary(field as Dictionary) : serializeItem(field as Item)
}

function expectSame(one: Case, field: Field): void {
  expect(toJson(field)).toEqual(one.expected)
  const canonical = (one.canonical ?? one.raw)!.join(', ')
  // An empty list or dictionary has no field at all.
  if (one.canonical?.length !== 0) expect(serialize(field)).toBe(canonical)
}

function expectSameOrRefused(one: Case, text: string): void {
  let field: Field
  try {
    field = parse(one.header_type, text)
  } catch (error) {
    expect(error).toEqual(MALFORMED)
    return
  }
  expectSame(one, field)
}

function toJson(field: Field): unknown {
  if (Array.isArray(field)) return (field as List).map(memberToJson)
  if (field instanceof Map) return [...(field as Dictionary)].map(([key, member]) => [key, memberToJson(member)])
  return memberToJson(field as Item)
}

function memberToJson(member: Member): unknown {
  const parameters = [...member.parameters].map(([key, value]) => [key, bareToJson(value)])
  return isInnerList(member) ? [member.items.map(memberToJson), parameters] : [bareToJson(member.value), parameters]
}

function bareToJson(value: BareItem): unknown {
  if (value instanceof Token) return { __type: 'token', value: value.text }
  if (value instanceof Decimal) return value.value
  if (value instanceof FieldDate) return { __type: 'date', value: value.seconds }
  if (value instanceof DisplayString) return { __type: 'displaystring', value: value.text }
  if (value instanceof Uint8Array) return { __type: 'binary', value: base32(value) }
  return value
}

function fromJson(type: Case['header_type'], json: unknown): Field {
  if (type === 'item') return memberFromJson(json) as Item
  const list = json as readonly unknown[]
  if (type === 'list') return list.map(memberFromJson)
  return new Map((list as readonly [string, unknown][]).map(([key, member]) => [key, memberFromJson(member)]))
}

function memberFromJson(json: unknown): Member {
  const [value, parameters] = json as [unknown, readonly [string, unknown][]]
  const own: Parameters = new Map(parameters.map(([key, bare]) => [key, bareFromJson(bare)]))
  if (Array.isArray(value)) return { items: value.map((item) => memberFromJson(item) as Item), parameters: own }
  return { value: bareFromJson(value), parameters: own }
}

function bareFromJson(json: unknown): BareItem {
  const token = json as { readonly ['__type']?: string; readonly value: string }
  if (token['__type'] === 'token') return new Token(token.value)
  return typeof json === 'number' && !Number.isInteger(json) ? new Decimal(json) : (json as BareItem)
}

/** RFC 4648 section 6. */
function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const text = (bits.match(/.{1,5}/g) ?? [])
    .map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[parseInt(five.padEnd(5, '0'), 2)])
    .join('')
  return text.padEnd(Math.ceil(text.length / 8) * 8, '=')
}
