/**
 * The sliding logs of one policy, for many keys, in memory of fixed size: `24 + 8 * limit` bytes for each of `maxKeys`.
 *
 * The log of a key is a ring of its last `limit` admissions, kept as the time at which each leaves the window. A key is a
 * 64-bit hash; it is found through one of the 8 slots of one of two buckets. There are more slots than logs, so that keys
 * which meet in a bucket do not cost each other a log. A log is given to another key only when all of it has left the
 * window, so no live count is ever forgotten. When there is none to be had, the key shares the overflow log with all
 * others in that position: they get less than their limit, never more.
 */
export class LogTable {
  readonly limit: number
  readonly windowMs: number
  readonly #buckets: number
  /** For each slot 8 bits of the hash of its key, which spare a look at most other logs, and its log; 0 if it has none. */
  readonly #slots: Int32Array
  /**
   * The logs: the hash of the key, the place of the oldest entry and the slot, in two words of 64 bits, then the entries.
   * All zeros are an empty log. They are taken into use one after the other: pages of memory come as they are needed.
   */
  readonly #words: Float64Array
  /** The same memory as 32-bit integers. */
  readonly #halves: Int32Array
  readonly #stride: number
  readonly #logs: number
  /** Admissions into the overflow log since the start. */
  overflowed = 0
  #used = 1
  /** The log that is looked at next when a drained one is wanted. */
  #hand = 0

  constructor(limit: number, windowMs: number, maxKeys: number) {
    this.limit = limit
    this.windowMs = windowMs
    this.#buckets = Math.ceil((maxKeys * SLACK) / WAYS)
    this.#slots = new Int32Array(this.#buckets * WAYS)
    this.#logs = maxKeys + 1
    this.#stride = HEAD + limit
    this.#words = new Float64Array(this.#logs * this.#stride)
    this.#halves = new Int32Array(this.#words.buffer)
  }

  /**
   * The log of a key, looked at first at `hint`, where it was last. A key without a log is judged by the overflow log: it
   * may have been admitted there before.
   */
  find(low: number, high: number, hint: number): number {
    if (this.#isOf(hint, low, high)) return hint
    return this.#findIn(this.#bucketOf(low), low, high) || this.#findIn(this.#bucketOf(high), low, high)
  }

  /** When `cost` units are free: at or before now if they are. */
  freeAt(log: number, cost: number): number {
    const at = log * this.#stride
    const place = this.#halves[2 * at + OLDEST]! + cost - 1
    return this.#words[at + HEAD + (place < this.limit ? place : place - this.limit)]!
  }

  /** How many units are free. The log is ordered, so this is a binary search. */
  free(log: number, now: number): number {
    if (this.freeAt(log, 1) > now) return 0
    if (this.freeAt(log, this.limit) <= now) return this.limit
    let free = 1
    let live = this.limit
    while (live - free > 1) {
      const middle = (free + live) >>> 1
      if (this.freeAt(log, middle) <= now) free = middle
      else live = middle
    }
    return free
  }

  /** When there will be more units than now: at or before now if all are free. */
  growsAt(log: number, free: number): number {
    return this.freeAt(log, free < this.limit ? free + 1 : free)
  }

  /** Gives a key that has no log a drained one, else the overflow log. */
  claim(low: number, high: number, now: number): number {
    const slot = this.#freeSlot(this.#bucketOf(low), this.#bucketOf(high), now)
    if (slot < 0) return OVERFLOW
    const log = this.#slots[slot]! & LOG || this.#freeLog(now)
    if (log === OVERFLOW) return OVERFLOW
    // What overflowed may have been this key: it takes the overflow log along. A drained log needs no clearing.
    if (this.#drainedAt(OVERFLOW) > now) this.#words.copyWithin(log * this.#stride, 0, this.#stride)
    const half = 2 * log * this.#stride
    this.#halves[half] = low
    this.#halves[half + 1] = high
    this.#halves[half + SLOT] = slot
    this.#slots[slot] = (low << TAG) | log
    return log
  }

  /** Enters an admission of `cost` units at `now`. */
  take(log: number, cost: number, now: number): void {
    if (log === OVERFLOW) this.overflowed++
    const at = log * this.#stride
    let leaves = now + this.windowMs
    // A sum that was rounded down would let the unit leave before its window has passed.
    if (leaves - this.windowMs < now) leaves *= 1 + Number.EPSILON
    let oldest = this.#halves[2 * at + OLDEST]!
    for (let i = 0; i < cost; i++) {
      this.#words[at + HEAD + oldest] = leaves
      oldest = oldest + 1 === this.limit ? 0 : oldest + 1
    }
    this.#halves[2 * at + OLDEST] = oldest
  }

  #isOf(log: number, low: number, high: number): boolean {
    const half = 2 * log * this.#stride
    return this.#halves[half] === low && this.#halves[half + 1] === high
  }

  #drainedAt(log: number): number {
    return this.freeAt(log, this.limit)
  }

  /** The first slot of the bucket that half of a hash says. */
  #bucketOf(half: number): number {
    return Math.floor((half >>> 0) * this.#buckets * 2 ** -32) * WAYS
  }

  #findIn(bucket: number, low: number, high: number): number {
    const tag = low & 0xff
    for (let slot = bucket; slot < bucket + WAYS; slot++) {
      const entry = this.#slots[slot]!
      if (entry >>> TAG === tag && this.#isOf(entry & LOG, low, high)) return entry & LOG
    }
    return OVERFLOW
  }

  /**
   * A slot without a live log; rather one that has a log at all. In the first bucket, where keys are looked for first,
   * while it is half empty; else in the emptier one.
   */
  #freeSlot(first: number, second: number, now: number): number {
    const room = this.#room(first, now)
    const bucket = room < WAYS / 2 && this.#room(second, now) > room ? second : first
    let bare = -1
    for (let slot = bucket; slot < bucket + WAYS; slot++) {
      if (this.#slots[slot] === 0) bare = slot
      else if (this.#isFree(slot, now)) return slot
    }
    return bare
  }

  #room(bucket: number, now: number): number {
    let room = 0
    for (let slot = bucket; slot < bucket + WAYS; slot++) if (this.#isFree(slot, now)) room++
    return room
  }

  #isFree(slot: number, now: number): boolean {
    const entry = this.#slots[slot]!
    return entry === 0 || this.#drainedAt(entry & LOG) <= now
  }

  /** A log that was never used, else one that is drained, which its slot loses; the overflow log if none is found. */
  #freeLog(now: number): number {
    if (this.#used < this.#logs) return this.#used++
    for (let looks = Math.min(LOOKS, this.#logs - 1); looks > 0; looks--) {
      this.#hand = this.#hand + 1 < this.#logs ? this.#hand + 1 : 1
      if (this.#drainedAt(this.#hand) > now) continue
      this.#slots[this.#halves[2 * this.#hand * this.#stride + SLOT]!] = 0
      return this.#hand
    }
    return OVERFLOW
  }
}

/** The log that keys share for which there is no other. */
export const OVERFLOW = 0
/** A slot has the log in its lower 24 bits, above them the lowest 8 of the hash: its upper ones choose the bucket. */
const LOG = 0xff_ffff
const TAG = 24
/** Slots in a bucket. */
const WAYS = 8
/** Slots for each log: filled to 60 %, two choices of bucket practically never fail. */
const SLACK = 5 / 3
/** Words of a log before its entries, and where in their halves its oldest entry and its slot are. */
const HEAD = 2
const OLDEST = 2
const SLOT = 3
/** Logs that are looked at for a drained one: some microseconds, and only when hardly any is left. */
const LOOKS = 1024
