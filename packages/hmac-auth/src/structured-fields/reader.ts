import { Problem } from '../problem.ts'
import {
  Decimal,
  DisplayString,
  FieldDate,
  NO_PARAMETERS,
  Token,
  type BareItem,
  type InnerList,
  type Item,
  type Member,
  type Parameters,
} from './values.ts'

/**
 * What to do when a dictionary key or a parameter comes twice. RFC 9651 lets the last one win; whoever signs or verifies
 * has to refuse, or two readers of one field could see two meanings.
 */
export type Duplicates = 'last wins' | 'refuse'

/**
 * One pass over a structured field, one method per production of RFC 9651 section 4.2. The first violation is kept in
 * `problem` and moves to the end of the text, where every loop stops; what was read until then is to be thrown away.
 */
export class Reader {
  problem: Problem | undefined
  readonly #text: string
  readonly #duplicates: Duplicates
  #at = 0
  /** False once something was read that would be written differently. */
  #canonical = true

  constructor(text: string, duplicates: Duplicates) {
    this.#text = text
    this.#duplicates = duplicates
  }

  /** Answers a value, so that a production can end with it. */
  fail<Value>(why: string, value?: Value): Value {
    this.problem ??= new Problem(`structured field: ${why}`)
    this.#at = this.#text.length
    return value as Value
  }

  ended(): boolean {
    return this.#at >= this.#text.length
  }

  takeEquals(): boolean {
    return this.#take(EQUALS)
  }

  skipSpaces(): void {
    while (this.#text.charCodeAt(this.#at) === SPACE) this.#at++
  }

  /** Consumes what stands between two members: optional white space around one comma, with a member to follow. */
  endMember(): void {
    this.#skipWhitespace()
    if (this.ended()) return
    if (!this.#take(COMMA)) this.fail('members are not separated by a comma')
    this.#skipWhitespace()
    if (this.ended()) this.fail('a comma ends the field')
  }

  put<Value>(map: Map<string, Value>, key: string, value: Value): void {
    const size = map.size
    map.set(key, value)
    if (map.size > size) return
    if (this.#duplicates === 'refuse') this.fail('a key occurs twice')
    this.#canonical = false
  }

  member(): Member {
    return this.#text.charCodeAt(this.#at) === OPEN ? this.#innerList() : this.item()
  }

  item(): Item {
    return { value: this.#bareItem(), parameters: this.parameters() }
  }

  /** RFC 9651 section 4.2.3.2. */
  parameters(): Parameters {
    const text = this.#text
    if (text.charCodeAt(this.#at) !== SEMICOLON) return NO_PARAMETERS
    const parameters = new Map<string, BareItem>()
    do {
      if (text.charCodeAt(++this.#at) === SPACE) {
        this.#canonical = false
        this.skipSpaces()
      }
      const key = this.key()
      this.put(parameters, key, this.#take(EQUALS) ? this.#parameterValue() : true)
    } while (text.charCodeAt(this.#at) === SEMICOLON)
    return parameters
  }

  /** RFC 9651 section 4.2.3.3: lcalpha or `*`, then lcalpha, digits, `_`, `-`, `.` or `*`. */
  key(): string {
    const text = this.#text
    const start = this.#at
    if (!isKeyStart(text.charCodeAt(start))) return this.fail('a key does not start with a lowercase letter', '')
    let end = start + 1
    while (isKeyCharacter(text.charCodeAt(end))) end++
    this.#at = end
    return text.slice(start, end)
  }

  /** RFC 9651 section 4.2.1.2. */
  #innerList(): InnerList {
    const start = this.#at
    this.#canonical = true
    const items = this.#items()
    const parameters = this.parameters()
    const canonical = this.#canonical ? this.#text.slice(start, this.#at) : undefined
    return { items, parameters, canonical }
  }

  #items(): readonly Item[] {
    const text = this.#text
    const items: Item[] = []
    if (text.charCodeAt(++this.#at) === SPACE) this.#canonical = false
    this.skipSpaces()
    while (text.charCodeAt(this.#at) !== CLOSE) {
      if (this.ended()) return this.fail('an inner list is not closed', items)
      items.push(this.item())
      const code = text.charCodeAt(this.#at)
      if (code === SPACE) {
        const next = text.charCodeAt(++this.#at)
        if (next === SPACE || next === CLOSE) this.#canonical = false
        this.skipSpaces()
      } else if (code !== CLOSE) this.fail('items of an inner list are not separated by a space')
    }
    this.#at++
    return items
  }

  #parameterValue(): BareItem {
    const value = this.#bareItem()
    if (value === true) this.#canonical = false // written without a value (section 4.1.1.2)
    return value
  }

  /** RFC 9651 section 4.2.3.1. */
  #bareItem(): BareItem {
    const code = this.#text.charCodeAt(this.#at)
    if (code === QUOTE) return this.#string()
    if (isDigit(code) || code === MINUS) return this.#number()
    if (code === COLON) return this.#bytes()
    if (isLetter(code) || code === STAR) return new Token(this.#match(TOKEN))
    if (code === QUESTION) return this.#match(BOOLEAN) === '?1'
    if (code === AT) return this.#date()
    if (code === PERCENT) return this.#displayString()
    return this.fail('a value has no known type', false)
  }

  /** RFC 9651 section 4.2.5: printable ASCII; only `"` and `\` are escaped. */
  #string(): string {
    const text = this.#text
    const start = this.#at + 1
    let at = start
    let code = text.charCodeAt(at)
    let escaped = false
    while (code !== QUOTE) {
      if (code === BACKSLASH) {
        escaped = true
        code = text.charCodeAt(++at)
        if (code !== QUOTE && code !== BACKSLASH) return this.fail('a string escapes what needs no escape', '')
      } else if (!(code >= SPACE && code < DELETE)) {
        return this.fail('a string is not closed, or holds more than printable ASCII', '')
      }
      code = text.charCodeAt(++at)
    }
    this.#at = at + 1
    const content = text.slice(start, at)
    return escaped ? content.replace(/\\(.)/g, '$1') : content
  }

  /** RFC 9651 section 4.2.4. */
  #number(): number | Decimal {
    const start = this.#at
    const negative = this.#take(MINUS)
    const digits = this.#digits()
    if (digits === 0) return this.fail('a number has no digits', 0)
    if (!this.#take(POINT)) {
      if (digits > 15) return this.fail('an integer has over 15 digits', 0)
      if (this.#text.charCodeAt(negative ? start + 1 : start) === ZERO && (negative || digits > 1))
        this.#canonical = false
      return Number(this.#text.slice(start, this.#at)) + 0 // not -0
    }
    const fraction = this.#digits()
    if (digits > 12 || fraction < 1 || fraction > 3) return this.fail('a decimal has too many or no digits', 0)
    this.#canonical = false // it may be, but is nowhere worth finding out
    return new Decimal(Number(this.#text.slice(start, this.#at)))
  }

  #digits(): number {
    const start = this.#at
    while (isDigit(this.#text.charCodeAt(this.#at))) this.#at++
    return this.#at - start
  }

  /** RFC 9651 section 4.2.7, and canonical only (RFC 4648 section 3.5): one value has one spelling. */
  #bytes(): Uint8Array {
    const start = this.#at + 1
    const end = this.#text.indexOf(':', start)
    const text = end < 0 ? '*' : this.#text.slice(start, end)
    if (!CANONICAL_BASE64.test(text)) return this.fail('a byte sequence is not canonical base64', NO_BYTES)
    this.#at = end + 1
    return Buffer.from(text, 'base64')
  }

  /** RFC 9651 section 4.2.9. */
  #date(): FieldDate {
    this.#at++
    const seconds = this.#number()
    if (typeof seconds !== 'number') return this.fail('a date is not a whole number of seconds', new FieldDate(0))
    return new FieldDate(seconds)
  }

  /** RFC 9651 section 4.2.10. */
  #displayString(): DisplayString {
    const encoded = this.#match(DISPLAY_STRING).slice(2, -1)
    this.#canonical = false // as with decimals
    const bytes = encoded.replace(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    try {
      return new DisplayString(UTF8.decode(Buffer.from(bytes, 'latin1')))
    } catch {
      return this.fail('a display string is not UTF-8', new DisplayString(''))
    }
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const text = pattern.exec(this.#text)?.[0]
    if (text === undefined) return this.fail('a value is malformed', '')
    this.#at += text.length
    return text
  }

  #take(code: number): boolean {
    if (this.#text.charCodeAt(this.#at) !== code) return false
    this.#at++
    return true
  }

  #skipWhitespace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== SPACE && code !== TAB) return
      this.#at++
    }
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function isLower(code: number): boolean {
  return code >= 0x61 && code <= 0x7a
}

function isLetter(code: number): boolean {
  return isLower(code) || (code >= 0x41 && code <= 0x5a)
}

function isKeyStart(code: number): boolean {
  return isLower(code) || code === STAR
}

function isKeyCharacter(code: number): boolean {
  return isLower(code) || isDigit(code) || code === UNDERSCORE || code === MINUS || code === POINT || code === STAR
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
const POINT = 0x2e
const ZERO = 0x30
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
const DISPLAY_STRING = /%"(?:[ !#$&-~]|%[0-9a-f]{2})*"/y
/** With its padding, and with the unused bits zero. */
const CANONICAL_BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const NO_BYTES = new Uint8Array()
