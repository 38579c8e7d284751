/** A token (RFC 9651 section 3.3.4): a word without quotes, never equal to the string of the same letters. */
export class Token {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** A decimal (RFC 9651 section 3.3.2). Integers are plain numbers, so `1` and `1.0` stay apart. */
export class Decimal {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

/** A date (RFC 9651 section 3.3.7), in whole seconds since the epoch. */
export class FieldDate {
  readonly seconds: number

  constructor(seconds: number) {
    this.seconds = seconds
  }
}

/** A display string (RFC 9651 section 3.3.8): the only one that may hold more than ASCII. */
export class DisplayString {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** Integer (`number`), string, boolean and byte sequence are the JavaScript values; the rest have a class each. */
export type BareItem = number | string | boolean | Uint8Array | Token | Decimal | FieldDate | DisplayString

/** Parameters in the order sent; `;a` without a value is `true`. */
export type Parameters = ReadonlyMap<string, BareItem>

export interface Item {
  readonly value: BareItem
  readonly parameters: Parameters
}

export interface InnerList {
  readonly items: readonly Item[]
  readonly parameters: Parameters
  /** What it was parsed from, if that is exactly what serializing it would give: saves writing it again. */
  readonly canonical?: string | undefined
}

export type Member = Item | InnerList

export type List = readonly Member[]

export type Dictionary = ReadonlyMap<string, Member>

/** Tells an inner list from an item. */
export function isInnerList(member: Member): member is InnerList {
  return 'items' in member
}

/** What an item or list without parameters carries. */
export const NO_PARAMETERS: Parameters = new Map()
