import { createHmac, randomBytes } from 'node:crypto'
import type { EncryptedDatabase } from '@ringfence/encrypted-sqlite'

/** One fact about one order, or about a halt. */
export interface TrailEvent {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** The order's id; of a halt the symbol, or `*`. */
  readonly subject: string
  /** The status the order came to, or `halted` or `resumed`. */
  readonly event: string
  /** What the order was: see `orderDigest`. Empty for a halt. */
  readonly digest: string
}

/** The newest entry: whoever keeps heads elsewhere (the log does) can prove later that nothing was cut off. */
export interface TrailHead {
  readonly seq: number
  readonly mac: string
}

/** An append-only trail of orders and halts, each entry chained to the one before by a MAC. */
export interface Trail {
  /** Appends inside the caller's transaction. */
  append(event: TrailEvent): void
  head(): TrailHead
}

export function createTrail(db: EncryptedDatabase, secret: string): Trail {
  const mac = trailMac(db, secret)
  const newest = db.prepare<TrailHead>(`select seq, mac from trail order by seq desc limit 1`)
  const insert = db.prepare(`insert into trail (seq, at, subject, event, digest, mac) values (?, ?, ?, ?, ?, ?)`)
  const head = (): TrailHead => newest.get() ?? { seq: 0, mac: mac.genesis }
  return {
    head,
    append(event) {
      const last = head()
      const seq = last.seq + 1
      insert.run(seq, event.at, event.subject, event.event, event.digest, mac.next(last.mac, seq, event))
    },
  }
}

/** How entries are chained: `mac(n) = HMAC(key, [mac(n-1), n, event])`, starting from the id of this very trail. */
export interface TrailMac {
  readonly genesis: string
  next(previous: string, seq: number, event: TrailEvent): string
}

/**
 * The chain's MAC. The key is derived for this one purpose, so that the same secret used elsewhere proves nothing here;
 * the random trail id keeps entries of another database from fitting.
 */
export function trailMac(db: EncryptedDatabase, secret: string): TrailMac {
  const key = createHmac('sha256', secret).update('ringfence trading order trail v1').digest()
  // JSON of a list of strings and integers is unambiguous: no two lists have the same text.
  const mac = (...parts: readonly (string | number)[]): string =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url')
  return {
    genesis: mac('genesis', trailId(db)),
    next: (previous, seq, { at, subject, event, digest }) => mac('entry', previous, seq, at, subject, event, digest),
  }
}

/** Looks before it writes, so that whoever only verifies takes no lock. */
function trailId(db: EncryptedDatabase): string {
  const find = db.prepare<{ value: string }>(`select value from meta where name = 'trail'`)
  const insert = db.prepare(`insert into meta (name, value) values ('trail', ?) on conflict do nothing`)
  if (find.get() === undefined) insert.run(randomBytes(16).toString('base64url'))
  return find.get()!.value
}
