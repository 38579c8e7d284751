/**
 * Says what is wrong with a pattern as a filter for hostile text, or nothing if it is anchored at both ends, ASCII only
 * and linear.
 *
 * Linear means deterministic: wherever the pattern allows several ways on (a loop or its exit, one alternative or the
 * next), the next character decides. A backtracking matcher then never tries a second way that gets past one character,
 * so the time is proportional to the text, and no measurement is needed to believe it. (XML Schema asks the same of its
 * content models: "unique particle attribution".)
 *
 * Understood are literals, `\d`, `\w`, escaped punctuation, classes, groups, alternatives and greedy quantifiers. What
 * is not understood is refused.
 */
export function patternFault(pattern: RegExp): string | undefined {
  if (Object.getPrototypeOf(pattern) !== RegExp.prototype || Reflect.ownKeys(pattern).length > 1) {
    return 'is more than a RegExp: its methods are not those of the platform'
  }
  if (!/^[iu]?$/.test(pattern.flags)) return `has the flags "${pattern.flags}": only one of i and u is allowed`
  try {
    const reader = new PatternReader(pattern.source, pattern.flags === 'i')
    requireDeterministic(reader.read(), NOTHING)
    return undefined
  } catch (error) {
    if (error instanceof PatternFault) return error.message
    throw error
  }
}

/** A set of ASCII characters: bit n stands for the code n. */
type Characters = bigint

/** A part of a pattern, with the characters it can start with and whether it can match nothing. */
type Node = { readonly first: Characters; readonly nullable: boolean } & (
  | { readonly kind: 'characters' }
  | { readonly kind: 'sequence' | 'choice'; readonly items: readonly Node[] }
  | { readonly kind: 'repeat'; readonly item: Node; readonly min: number; readonly max: number }
)

class PatternFault extends Error {}

function fault(why: string): never {
  throw new PatternFault(why)
}

/** Throws unless the next character decides every choice in `node`, given that `follow` may come after it. */
function requireDeterministic(node: Node, follow: Characters): void {
  if (node.kind === 'sequence') {
    let after = follow
    for (const item of node.items.toReversed()) {
      requireDeterministic(item, after)
      after = item.nullable ? item.first | after : item.first
    }
  } else if (node.kind === 'choice') {
    let taken = node.nullable ? follow : NOTHING
    for (const option of node.items) {
      if ((option.first & taken) !== NOTHING) fault(AMBIGUOUS)
      taken |= option.first
      requireDeterministic(option, follow)
    }
    if (node.items.filter((option) => option.nullable).length > 1) fault(AMBIGUOUS)
  } else if (node.kind === 'repeat') {
    const { item, min, max } = node
    if (item.nullable || (max > min && (item.first & follow) !== NOTHING)) fault(AMBIGUOUS)
    requireDeterministic(item, max > 1 ? item.first | follow : follow)
  }
}

function characters(set: Characters): Node {
  return { kind: 'characters', first: set, nullable: false }
}

function sequence(items: readonly Node[]): Node {
  let first = NOTHING
  for (const item of items) {
    first |= item.first
    if (!item.nullable) break
  }
  return { kind: 'sequence', items, first, nullable: items.every((item) => item.nullable) }
}

function choice(items: readonly Node[]): Node {
  const first = items.reduce((set, item) => set | item.first, NOTHING)
  return { kind: 'choice', items, first, nullable: items.some((item) => item.nullable) }
}

/** Reads the supported part of ECMA-262 section 22.2.1. */
class PatternReader {
  readonly #source: string
  readonly #ignoreCase: boolean
  #at = 0
  #depth = 0

  constructor(source: string, ignoreCase: boolean) {
    this.#source = source
    this.#ignoreCase = ignoreCase
  }

  read(): Node {
    if (!this.#take('^')) fault(UNANCHORED)
    const body = this.#sequence()
    // A top-level alternative would leave one side without its anchor.
    if (!this.#take('$') || this.#at !== this.#source.length) fault(UNANCHORED)
    return body
  }

  #sequence(): Node {
    const items: Node[] = []
    for (;;) {
      const next = this.#source[this.#at]
      if (next === undefined || next === '|' || next === ')' || next === '$') return sequence(items)
      items.push(this.#repeated(this.#atom()))
    }
  }

  #atom(): Node {
    const character = this.#next()
    if (character === '(') return this.#group()
    if (character === '[') return characters(this.#class())
    if (character === '\\') return characters(this.#escape())
    if (character === '.') fault('uses ".", which matches characters beyond ASCII: list the allowed ones')
    if ('^*+?{}]'.includes(character)) fault(`uses "${character}" where only a character, a class or a group may stand`)
    return characters(this.#fold(this.#single(character)))
  }

  #group(): Node {
    if (this.#take('?') && !this.#take(':')) fault('uses a lookaround, a named group or a modifier')
    if (++this.#depth > 32) fault('nests groups more than 32 deep')
    const options = [this.#sequence()]
    while (this.#take('|')) options.push(this.#sequence())
    if (!this.#take(')')) fault(UNANCHORED)
    this.#depth--
    return choice(options)
  }

  #repeated(item: Node): Node {
    const [min, max] = this.#quantifier()
    if (min === 1 && max === 1) return item
    if (this.#source[this.#at] === '?') fault('uses a lazy quantifier')
    return { kind: 'repeat', item, min, max, first: item.first, nullable: min === 0 || item.nullable }
  }

  #quantifier(): readonly [min: number, max: number] {
    if (this.#take('?')) return [0, 1]
    if (this.#take('*')) return [0, Infinity]
    if (this.#take('+')) return [1, Infinity]
    if (this.#source[this.#at] !== '{') return [1, 1]
    const counted = /^\{([0-9]{1,6})(,([0-9]{1,6})?)?\}/.exec(this.#source.slice(this.#at, this.#at + 16))
    if (counted === null) return fault('has a brace that is no quantifier')
    this.#at += counted[0].length
    const min = Number(counted[1])
    return [min, counted[2] === undefined ? min : counted[3] === undefined ? Infinity : Number(counted[3])]
  }

  #class(): Characters {
    if (this.#take('^')) fault('uses a negated class, which matches characters beyond ASCII: list the allowed ones')
    let set = NOTHING
    while (!this.#take(']')) {
      const low = this.#classItem()
      if (this.#source[this.#at] !== '-' || this.#source[this.#at + 1] === ']') {
        set |= low
        continue
      }
      this.#at++
      set |= range(low, this.#classItem())
    }
    return this.#fold(set)
  }

  #classItem(): Characters {
    const character = this.#next()
    return character === '\\' ? this.#escape() : this.#single(character)
  }

  #escape(): Characters {
    const character = this.#next()
    if (character === 'd') return DIGITS
    if (character === 'w') return WORD
    if (/[A-Za-z0-9]/.test(character)) fault(`uses "\\${character}": list the allowed characters instead`)
    return this.#single(character)
  }

  #single(character: string): Characters {
    const code = character.charCodeAt(0)
    if (code > 0x7f) fault('contains a character beyond ASCII')
    return 1n << BigInt(code)
  }

  /** Without the u flag, `i` folds no character beyond ASCII into ASCII (ECMA-262 section 22.2.2.7.3). */
  #fold(set: Characters): Characters {
    return this.#ignoreCase ? set | ((set & UPPER) << 32n) | ((set & LOWER) >> 32n) : set
  }

  #take(character: string): boolean {
    if (this.#source[this.#at] !== character) return false
    this.#at++
    return true
  }

  #next(): string {
    return this.#source[this.#at++] ?? fault(UNANCHORED)
  }
}

/** The characters from one to another; both must be single ones, as RegExp checked except for `[\d-x]`. */
function range(low: Characters, high: Characters): Characters {
  if (!isPower(low) || !isPower(high)) return fault('has a class range between more than two characters')
  return (high << 1n) - low
}

function isPower(set: Characters): boolean {
  return (set & (set - 1n)) === NOTHING
}

const NOTHING = 0n
const UPPER: Characters = range(1n << 0x41n, 1n << 0x5an)
const LOWER: Characters = range(1n << 0x61n, 1n << 0x7an)
const DIGITS: Characters = range(1n << 0x30n, 1n << 0x39n)
const WORD: Characters = UPPER | LOWER | DIGITS | (1n << 0x5fn)

const UNANCHORED = 'is not anchored: it must start with ^, end with $ and hold alternatives in a group'
const AMBIGUOUS = 'is not linear by construction: somewhere the next character does not decide which way to go'
