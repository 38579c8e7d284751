import { RingfenceError } from '@ringfence/errors'
import { parseDictionary, parseItem, parseList } from '../structured-fields/parse.ts'
import { serializeDictionary, serializeItem, serializeList } from '../structured-fields/serialize.ts'

/**
 * A structured field written in its one canonical form (RFC 9421 section 2.1.1). The type of the field has to be known;
 * for any other field there is no such form.
 *
 * @throws {RingfenceError} `signature_base_invalid` for a field of unknown type, `field_malformed` for a malformed value
 */
export function strictlySerialized(name: string, value: string): string {
  const serialize = FIELD_TYPES.get(name)
  if (serialize !== undefined) return serialize(value)
  throw new RingfenceError('signature_base_invalid', 'signature base: sf is asked for a field of unknown type')
}

const dictionary = (value: string): string => serializeDictionary(parseDictionary(value))
const list = (value: string): string => serializeList(parseList(value))
const item = (value: string): string => serializeItem(parseItem(value))

/** Request fields that are structured by their own definition. */
const FIELD_TYPES: ReadonlyMap<string, (value: string) => string> = new Map([
  ['accept-signature', dictionary], // RFC 9421
  ['signature', dictionary],
  ['signature-input', dictionary],
  ['content-digest', dictionary], // RFC 9530
  ['repr-digest', dictionary],
  ['want-content-digest', dictionary],
  ['want-repr-digest', dictionary],
  ['priority', dictionary], // RFC 9218
  ['client-cert', item], // RFC 9440
  ['client-cert-chain', list],
  ['capsule-protocol', item], // RFC 9297
  ['cdn-cache-control', dictionary], // RFC 9213
])
