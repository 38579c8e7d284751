/**
 * Finds any of many fixed texts in one pass over a line, most of which it skips (Wu and Manber 1994, blocks of three
 * characters): the cost hardly depends on how many secrets are registered.
 */
export class NeedleSet {
  readonly longest: number
  /** Length of the part of each needle that the tables know; needles are at least this long. */
  readonly #window: number
  readonly #shift: Uint8Array
  readonly #buckets: ReadonlyMap<number, readonly string[]>

  /** @param needles of at least three characters */
  constructor(needles: Iterable<string>) {
    const all = [...new Set(needles)]
    this.longest = Math.max(0, ...all.map((needle) => needle.length))
    this.#window = Math.min(255, ...all.map((needle) => needle.length))
    const farthest = this.#window - BLOCK + 1
    this.#shift = new Uint8Array(TABLE).fill(farthest)
    const buckets = new Map<number, string[]>()
    for (const needle of all) {
      for (let end = BLOCK - 1; end < this.#window; end++) {
        const block = hash(needle, end)
        this.#shift[block] = Math.min(this.#shift[block]!, this.#window - 1 - end)
        if (end === this.#window - 1) buckets.set(block, [...(buckets.get(block) ?? []), needle])
      }
    }
    this.#buckets = buckets
  }

  /** True when any needle occurs in the text. */
  test(text: string): boolean {
    return this.#next(text, 0) !== undefined
  }

  /** Replaces every occurrence; overlapping ones become one. */
  replace(text: string, mark: string): string {
    let result = ''
    let kept = 0
    let match = this.#next(text, 0)
    while (match !== undefined) {
      let { end } = match
      let other = this.#next(text, match.start + 1)
      while (other !== undefined && other.start < end) {
        end = Math.max(end, other.end)
        other = this.#next(text, other.start + 1)
      }
      result += text.slice(kept, match.start) + mark
      kept = end
      match = other
    }
    return kept === 0 ? text : result + text.slice(kept)
  }

  #next(text: string, from: number): { start: number; end: number } | undefined {
    if (this.#buckets.size === 0) return undefined
    const shift = this.#shift
    const last = this.#window - 1
    for (let end = from + last; end < text.length; ) {
      const block = hash(text, end)
      const step = shift[block]!
      if (step > 0) {
        end += step
        continue
      }
      const start = end - last
      let length = 0
      for (const needle of this.#buckets.get(block) ?? []) {
        if (needle.length > length && text.startsWith(needle, start)) length = needle.length
      }
      if (length > 0) return { start, end: start + length }
      end += 1
    }
    return undefined
  }
}

/** Hash of the block that ends at `end`. */
function hash(text: string, end: number): number {
  return ((text.charCodeAt(end - 2) << 10) ^ (text.charCodeAt(end - 1) << 5) ^ text.charCodeAt(end)) & (TABLE - 1)
}

const BLOCK = 3

const TABLE = 32_768
