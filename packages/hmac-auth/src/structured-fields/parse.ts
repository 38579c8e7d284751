import { RingfenceError } from '@ringfence/errors'
import {
  Decimal,
  DisplayString,
  FieldDate,
  NO_PARAMETERS,
  Token,
  type BareItem,
  type Dictionary,
  type InnerList,
  type Item,
  type List,
  type Member,
  type Parameters,
} from './values.ts'

/**
 * What to do when a dictionary key or a parameter comes twice. RFC 9651 lets the last one win; whoever signs or verifies
 * has to refuse, or two readers of one field could see two meanings.
 */
export type Duplicates = 'last wins' | 'refuse'

/** Parses a field whose type is List (RFC 9651 section 4.2.1). @throws {RingfenceError} `field_malformed` */
export function parseList(text: string, duplicates: Duplicates = 'last wins'): List {
  const reader = new Reader(text, duplicates)
  const list: Member[] = []
  reader.skipSpaces()
  while (!reader.ended()) {
    list.push(reader.member())
    if (!reader.nextMember()) break
  }
  return list
}

/** Parses a field whose type is Dictionary (RFC 9651 section 4.2.2). @throws {RingfenceError} `field_malformed` */
export function parseDictionary(text: string, duplicates: Duplicates = 'last wins'): Dictionary {
  const reader = new Reader(text, duplicates)
  const dictionary = new Map<string, Member>()
  reader.skipSpaces()
  while (!reader.ended()) {
    const key = reader.key()
    const member = reader.take(EQUALS) ? reader.member() : { value: true, parameters: reader.parameters() }
    reader.put(dictionary, key, member)
    if (!reader.nextMember()) break
  }
  return dictionary
}

/** Parses a field whose type is Item (RFC 9651 section 4.2.3). @throws {RingfenceError} `field_malformed` */
export function parseItem(text: string, duplicates: Duplicates = 'last wins'): Item {
  const reader = new Reader(text, duplicates)
  reader.skipSpaces()
  const item = reader.item()
  reader.skipSpaces()
  return reader.ended() ? item : malformed('something follows the item')
}

/** One pass over the text, one method per production of RFC 9651 section 4.2. */
class Reader {
  readonly #text: string
  readonly #duplicates: Duplicates
  #at = 0

  constructor(text: string, duplicates: Duplicates) {
    this.#text = text
    this.#duplicates = duplicates
  }

  ended(): boolean {
    return this.#at >= this.#text.length
  }

  /** Consumes the character if it is the next one. */
  take(code: number): boolean {
    if (this.#text.charCodeAt(this.#at) !== code) return false
    this.#at++
    return true
  }

  skipSpaces(): void {
    while (this.#text.charCodeAt(this.#at) === SPACE) this.#at++
  }

  /** Consumes the comma between members; false at the end of the field. */
  nextMember(): boolean {
    this.#skipWhitespace()
    if (this.ended()) return false
    if (!this.take(COMMA)) malformed('members are not separated by a comma')
    this.#skipWhitespace()
    return this.ended() ? malformed('a comma ends the field') : true
  }

  put<Value>(map: Map<string, Value>, key: string, value: Value): void {
    if (this.#duplicates === 'refuse' && map.has(key)) malformed('a key occurs twice')
    map.set(key, value)
  }

  member(): Member {
    return this.#text.charCodeAt(this.#at) === OPEN ? this.#innerList() : this.item()
  }

  item(): Item {
    return { value: this.#bareItem(), parameters: this.parameters() }
  }

  /** RFC 9651 section 4.2.3.2. */
  parameters(): Parameters {
    if (this.#text.charCodeAt(this.#at) !== SEMICOLON) return NO_PARAMETERS
    const parameters = new Map<string, BareItem>()
    while (this.take(SEMICOLON)) {
      this.skipSpaces()
      const key = this.key()
      this.put(parameters, key, this.take(EQUALS) ? this.#bareItem() : true)
    }
    return parameters
  }

  /** RFC 9651 section 4.2.3.3: lcalpha or `*`, then lcalpha, digits, `_`, `-`, `.` or `*`. */
  key(): string {
    const start = this.#at
    const first = this.#text.charCodeAt(start)
    if (!isLower(first) && first !== STAR) malformed('a key does not start with a lowercase letter')
    while (isKeyCharacter(this.#text.charCodeAt(this.#at))) this.#at++
    return this.#text.slice(start, this.#at)
  }

  /** RFC 9651 section 4.2.1.2. */
  #innerList(): InnerList {
    this.#at++
    const items: Item[] = []
    for (;;) {
      this.skipSpaces()
      if (this.take(CLOSE)) return { items, parameters: this.parameters() }
      if (this.ended()) malformed('an inner list is not closed')
      items.push(this.item())
      const next = this.#text.charCodeAt(this.#at)
      if (next !== SPACE && next !== CLOSE) malformed('items of an inner list are not separated by a space')
    }
  }

  /** RFC 9651 section 4.2.3.1. */
  #bareItem(): BareItem {
    const code = this.#text.charCodeAt(this.#at)
    if (code === QUOTE) return this.#string()
    if (isDigit(code) || code === MINUS) return this.#number()
    if (code === COLON) return this.#bytes()
    if (isLetter(code) || code === STAR) return this.#match(TOKEN, (text) => new Token(text))
    if (code === QUESTION) return this.#match(BOOLEAN, (text) => text === '?1')
    if (code === AT) return this.#date()
    if (code === PERCENT) return this.#displayString()
    return malformed('a value has no known type')
  }

  /** RFC 9651 section 4.2.5: printable ASCII; only `"` and `\` are escaped. */
  #string(): string {
    const start = ++this.#at
    let escaped = false
    for (;;) {
      const code = this.#text.charCodeAt(this.#at++)
      if (code === QUOTE) break
      if (code === BACKSLASH) {
        escaped = true
        const next = this.#text.charCodeAt(this.#at++)
        if (next !== QUOTE && next !== BACKSLASH) malformed('a string escapes what needs no escape')
      } else if (!(code >= SPACE && code < DELETE)) malformed('a string is not closed, or holds more than ASCII')
    }
    const text = this.#text.slice(start, this.#at - 1)
    return escaped ? text.replace(/\\(.)/g, '$1') : text
  }

  /** RFC 9651 section 4.2.4. */
  #number(): number | Decimal {
    return this.#match(NUMBER, (text) => {
      const [whole, fraction] = text.split('.') as [string, string?]
      const digits = whole.length - (whole.startsWith('-') ? 1 : 0)
      if (fraction === undefined) return digits <= 15 ? Number(text) + 0 : malformed('an integer has over 15 digits')
      if (digits > 12 || fraction.length < 1 || fraction.length > 3) malformed('a decimal has too many or no digits')
      return new Decimal(Number(text))
    })
  }

  /** RFC 9651 section 4.2.7, and canonical only (RFC 4648 section 3.5): one value has one spelling. */
  #bytes(): Uint8Array {
    const start = this.#at + 1
    const end = this.#text.indexOf(':', start)
    if (end < 0) malformed('a byte sequence is not closed')
    const text = this.#text.slice(start, end)
    if (!CANONICAL_BASE64.test(text)) malformed('a byte sequence is not canonical base64')
    this.#at = end + 1
    return Buffer.from(text, 'base64')
  }

  /** RFC 9651 section 4.2.9. */
  #date(): FieldDate {
    this.#at++
    const seconds = isNumberStart(this.#text.charCodeAt(this.#at)) ? this.#number() : undefined
    return typeof seconds === 'number' ? new FieldDate(seconds) : malformed('a date is not a whole number of seconds')
  }

  /** RFC 9651 section 4.2.10. */
  #displayString(): DisplayString {
    return this.#match(DISPLAY_STRING, (text) => {
      const bytes = text
        .slice(2, -1)
        .replace(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
      try {
        return new DisplayString(UTF8.decode(Buffer.from(bytes, 'latin1')))
      } catch {
        return malformed('a display string is not UTF-8')
      }
    })
  }

  #match<Value>(pattern: RegExp, make: (text: string) => Value): Value {
    pattern.lastIndex = this.#at
    const text = pattern.exec(this.#text)?.[0] ?? malformed('a value is malformed')
    this.#at += text.length
    return make(text)
  }

  #skipWhitespace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== SPACE && code !== TAB) return
      this.#at++
    }
  }
}

function malformed(why: string): never {
  throw new RingfenceError('field_malformed', `structured field: ${why}`)
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function isNumberStart(code: number): boolean {
  return isDigit(code) || code === MINUS
}

function isLower(code: number): boolean {
  return code >= 0x61 && code <= 0x7a
}

function isLetter(code: number): boolean {
  return isLower(code) || (code >= 0x41 && code <= 0x5a)
}

function isKeyCharacter(code: number): boolean {
  return isLower(code) || isDigit(code) || code === UNDERSCORE || code === MINUS || code === DOT || code === STAR
}

const TAB = 0x09
const SPACE = 0x20
const QUOTE = 0x22
const PERCENT = 0x25
const OPEN = 0x28
const CLOSE = 0x29
const STAR = 0x2a
const COMMA = 0x2c
const MINUS = 0x2d
const DOT = 0x2e
const COLON = 0x3a
const SEMICOLON = 0x3b
const EQUALS = 0x3d
const QUESTION = 0x3f
const AT = 0x40
const BACKSLASH = 0x5c
const UNDERSCORE = 0x5f
const DELETE = 0x7f

const TOKEN = /[A-Za-z*][A-Za-z0-9!#$%&'*+\-.^_`|~:/]*/y
const BOOLEAN = /\?[01]/y
const NUMBER = /-?[0-9]+(?:\.[0-9]*)?/y
const DISPLAY_STRING = /%"(?:[ !#$&-~]|%[0-9a-f]{2})*"/y
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Base64 with its padding, and with the unused bits zero. */
export const CANONICAL_BASE64: RegExp =
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/
