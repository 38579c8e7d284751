import { Problem, orThrow } from '../problem.ts'
import { Reader, type Duplicates } from './reader.ts'
import type { Dictionary, Item, List, Member } from './values.ts'

/** Parses a field whose type is List (RFC 9651 section 4.2.1). @throws {RingfenceError} `field_malformed` */
export function parseList(text: string, duplicates: Duplicates = 'last wins'): List {
  const reader = new Reader(text, duplicates)
  const list: Member[] = []
  reader.skipSpaces()
  while (!reader.ended()) {
    list.push(reader.member())
    reader.endMember()
  }
  return orThrow(reader.problem ?? list, 'field_malformed')
}

/** Parses a field whose type is Dictionary (RFC 9651 section 4.2.2). @throws {RingfenceError} `field_malformed` */
export function parseDictionary(text: string, duplicates: Duplicates = 'last wins'): Dictionary {
  return orThrow(readDictionary(text, duplicates), 'field_malformed')
}

/**
 * As {@link parseDictionary}, with the problem as a value, and each member converted at once to what the field means.
 */
export function readDictionary<Value = Member>(
  text: string,
  duplicates: Duplicates,
  convert: (member: Member) => Value | Problem = (member) => member as Value,
): ReadonlyMap<string, Value> | Problem {
  const reader = new Reader(text, duplicates)
  const dictionary = new Map<string, Value>()
  reader.skipSpaces()
  while (!reader.ended()) {
    const key = reader.key()
    const member = reader.takeEquals() ? reader.member() : { value: true, parameters: reader.parameters() }
    if (reader.problem !== undefined) return reader.problem
    const value = convert(member)
    if (value instanceof Problem) return value
    reader.put(dictionary, key, value)
    reader.endMember()
  }
  return reader.problem ?? dictionary
}

/** Parses a field whose type is Item (RFC 9651 section 4.2.3). @throws {RingfenceError} `field_malformed` */
export function parseItem(text: string, duplicates: Duplicates = 'last wins'): Item {
  const reader = new Reader(text, duplicates)
  reader.skipSpaces()
  const item = reader.item()
  reader.skipSpaces()
  if (!reader.ended()) reader.fail('something follows the item')
  return orThrow(reader.problem ?? item, 'field_malformed')
}
