/**
 * The sliding logs of one policy, for many keys, in memory of fixed size: `20 + 8 * limit` bytes a slot.
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
  readonly #keys: Int32Array
  readonly #drained: Float64Array
  readonly #heads: Uint32Array
  readonly #rings: Float64Array

  constructor(limit: number, windowMs: number, maxKeys: number) {
    const buckets = Math.ceil((maxKeys * SLACK) / WAYS)
    this.limit = limit
    this.windowMs = windowMs
    this.overflow = buckets * WAYS
    this.#buckets = buckets
    this.#keys = new Int32Array(2 * this.overflow)
    this.#drained = new Float64Array(this.overflow + 1)
    this.#heads = new Uint32Array(this.overflow + 1)
    this.#rings = new Float64Array((this.overflow + 1) * limit)
  }

  /** The slot of a key. One without a slot is judged by the overflow log: it may have been admitted there before. */
  find(low: number, high: number): number {
    const first = this.#findIn(this.#bucketOf(low), low, high)
    if (first >= 0) return first
    const second = this.#findIn(this.#bucketOf(high), low, high)
    return second >= 0 ? second : this.overflow
  }

  /** Does this slot still belong to the key? */
  holds(slot: number, low: number, high: number): boolean {
    return this.#keys[2 * slot] === low && this.#keys[2 * slot + 1] === high
  }

  /** When `cost` units are free, on the clock of `now`: at or before `now` if they are. */
  freeAt(slot: number, cost: number): number {
    const at = this.#heads[slot]! + cost - 1
    return this.#rings[slot * this.limit + (at < this.limit ? at : at - this.limit)]!
  }

  /** How many units are free. The ring is ordered, so this is a binary search. */
  free(slot: number, now: number): number {
    if (this.#drained[slot]! <= now) return this.limit
    let low = 0
    let high = this.limit - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.freeAt(slot, middle + 1) <= now) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Gives a key that has no slot a drained one, else the overflow slot. */
  claim(low: number, high: number, now: number): number {
    const first = this.#bucketOf(low)
    const second = this.#bucketOf(high)
    // The emptier bucket: with two choices the table is nearly full before the first key overflows.
    const bucket = this.#room(second, now) > this.#room(first, now) ? second : first
    const slot = this.#drainedIn(bucket, now)
    if (slot < 0) return this.overflow
    this.#keys[2 * slot] = low
    this.#keys[2 * slot + 1] = high
    // What overflowed may have been this key: it takes the overflow log along. A drained log needs no clearing.
    if (this.#drained[this.overflow]! > now) this.#copy(this.overflow, slot)
    return slot
  }

  /** Enters an admission of `cost` units at `now`. */
  take(slot: number, cost: number, now: number): void {
    const leaves = now + this.windowMs
    const ring = slot * this.limit
    let head = this.#heads[slot]!
    for (let i = 0; i < cost; i++) {
      this.#rings[ring + head] = leaves
      if (++head === this.limit) head = 0
    }
    this.#heads[slot] = head
    this.#drained[slot] = leaves
  }

  #bucketOf(half: number): number {
    return Math.floor(((half >>> 0) * this.#buckets) / 2 ** 32)
  }

  #findIn(bucket: number, low: number, high: number): number {
    const end = (bucket + 1) * WAYS
    for (let slot = end - WAYS; slot < end; slot++) if (this.holds(slot, low, high)) return slot
    return -1
  }

  #room(bucket: number, now: number): number {
    let room = 0
    const end = (bucket + 1) * WAYS
    for (let slot = end - WAYS; slot < end; slot++) if (this.#drained[slot]! <= now) room++
    return room
  }

  #drainedIn(bucket: number, now: number): number {
    const end = (bucket + 1) * WAYS
    for (let slot = end - WAYS; slot < end; slot++) if (this.#drained[slot]! <= now) return slot
    return -1
  }

  #copy(from: number, to: number): void {
    this.#rings.copyWithin(to * this.limit, from * this.limit, (from + 1) * this.limit)
    this.#heads[to] = this.#heads[from]!
    this.#drained[to] = this.#drained[from]!
  }
}

/** Slots in a bucket: their keys fill one cache line. */
const WAYS = 8
/** Slots for each key that the table shall hold: filled to two thirds, two choices of bucket practically never fail. */
const SLACK = 1.5
