/**
 * The sliding logs of one policy, for many keys, in memory of fixed size: `28 + 8 * limit` bytes a slot.
 *
 * The log of a key is a ring of its last `limit` admissions, kept as the time at which each leaves the window. A key is a
 * 64-bit hash; it lives in one of the 8 slots of one of two buckets. A slot is given to another key only when its whole
 * log has left the window, so no live count is ever forgotten. When both buckets are full of live logs, the key shares
 * the overflow log with all others in that position: they get less than their limit, never more.
 */
export class LogTable {
  readonly limit: number
  readonly windowMs: number
  /** The slot of the overflow log. */
  readonly overflow: number
  readonly #buckets: number
  /** For each slot the two halves of its key's hash, and where its log is. */
  readonly #slots: Int32Array
  /** When the log of each slot will be empty. */
  readonly #drained: Float64Array
  /** For each log the place of its oldest entry, then its entries. Laid out by first use: pages come as they are needed. */
  readonly #logs: Float64Array
  #used = 0

  constructor(limit: number, windowMs: number, maxKeys: number) {
    this.limit = limit
    this.windowMs = windowMs
    this.#buckets = Math.ceil((maxKeys * SLACK) / WAYS)
    this.overflow = this.#buckets * WAYS
    this.#slots = new Int32Array((this.overflow + 1) * FIELDS)
    this.#drained = new Float64Array(this.overflow + 1)
    // The overflow log is the first, where slots that were never used point, too: until then it is what they are judged by.
    this.#logs = new Float64Array((this.overflow + 1) * (limit + 1))
  }

  /**
   * The slot of a key, looked for first at `hint`, where it was last. A key without a slot is judged by the overflow
   * log: it may have been admitted there before.
   */
  find(low: number, high: number, hint: number): number {
    if (this.#slots[hint * FIELDS] === low && this.#slots[hint * FIELDS + 1] === high) return hint
    const first = this.#findIn(this.#bucketOf(low), low, high)
    if (first >= 0) return first
    const second = this.#findIn(this.#bucketOf(high), low, high)
    return second >= 0 ? second : this.overflow
  }

  /** When `cost` units are free: at or before now if they are. */
  freeAt(slot: number, cost: number): number {
    const log = this.#slots[slot * FIELDS + 2]!
    const at = this.#logs[log]! + cost
    return this.#logs[log + (at > this.limit ? at - this.limit : at)]!
  }

  /** How many units are free. The log is ordered, so this is a binary search. */
  free(slot: number, now: number): number {
    if (this.freeAt(slot, 1) > now) return 0
    if (this.freeAt(slot, this.limit) <= now) return this.limit
    let free = 1
    let live = this.limit
    while (live - free > 1) {
      const middle = (free + live) >>> 1
      if (this.freeAt(slot, middle) <= now) free = middle
      else live = middle
    }
    return free
  }

  /** When there will be more units than now: at or before now if all are free. */
  growsAt(slot: number, free: number): number {
    return this.freeAt(slot, free < this.limit ? free + 1 : free)
  }

  /** Gives a key that has no slot a drained one, else the overflow slot. */
  claim(low: number, high: number, now: number): number {
    const slot = this.#drainedSlot(this.#bucketOf(low), this.#bucketOf(high), now)
    if (slot < 0) return this.overflow
    const field = slot * FIELDS
    this.#slots[field] = low
    this.#slots[field + 1] = high
    if (this.#slots[field + 2] === 0) this.#slots[field + 2] = ++this.#used * (this.limit + 1)
    // What overflowed may have been this key: it takes the overflow log along. A drained log needs no clearing.
    if (this.#drained[this.overflow]! > now) {
      this.#logs.copyWithin(this.#slots[field + 2]!, 0, this.limit + 1)
      this.#drained[slot] = this.#drained[this.overflow]!
    }
    return slot
  }

  /** Enters an admission of `cost` units at `now`. */
  take(slot: number, cost: number, now: number): void {
    const log = this.#slots[slot * FIELDS + 2]!
    const leaves = now + this.windowMs
    let oldest = this.#logs[log]!
    for (let i = 0; i < cost; i++) {
      this.#logs[log + oldest + 1] = leaves
      oldest = oldest + 1 === this.limit ? 0 : oldest + 1
    }
    this.#logs[log] = oldest
    this.#drained[slot] = leaves
  }

  #bucketOf(half: number): number {
    return Math.floor((half >>> 0) * this.#buckets * 2 ** -32)
  }

  #findIn(bucket: number, low: number, high: number): number {
    const end = (bucket + 1) * WAYS
    for (let slot = end - WAYS; slot < end; slot++) {
      if (this.#slots[slot * FIELDS] === low && this.#slots[slot * FIELDS + 1] === high) return slot
    }
    return -1
  }

  /** In the first bucket, where keys are looked for first, while it is half empty; else in the emptier one. */
  #drainedSlot(first: number, second: number, now: number): number {
    const room = this.#room(first, now)
    const bucket = room < WAYS / 2 && this.#room(second, now) > room ? second : first
    const end = (bucket + 1) * WAYS
    for (let slot = end - WAYS; slot < end; slot++) if (this.#drained[slot]! <= now) return slot
    return -1
  }

  #room(bucket: number, now: number): number {
    let room = 0
    const end = (bucket + 1) * WAYS
    for (let slot = end - WAYS; slot < end; slot++) if (this.#drained[slot]! <= now) room++
    return room
  }
}

/** Slots in a bucket. */
const WAYS = 8
/** Numbers that a slot has in the index. */
const FIELDS = 3
/** Slots for each key that the table shall hold: filled to 60 %, two choices of bucket practically never fail. */
const SLACK = 5 / 3
