import { createHmac, randomBytes } from 'node:crypto'
import type { EncryptedDatabase } from '@ringfence/encrypted-sqlite'

/** One fact about one order. */
export interface TrailEvent {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly orderId: string
  /** The status the order came to. */
  readonly event: string
  /** What the order was: see `orderDigest`. */
  readonly digest: string
}

/** The newest entry: whoever keeps heads elsewhere (the log does) can prove later that nothing was cut off. */
export interface TrailHead {
  readonly seq: number
  readonly mac: string
}

/** An append-only trail of order events, each entry chained to the one before by a MAC. */
export interface Trail {
  /** Appends inside the caller's transaction. */
  append(event: TrailEvent): void
  head(): TrailHead
}

export function createTrail(db: EncryptedDatabase, secret: string): Trail {
  const mac = trailMac(db, secret)
  const newest = db.prepare<TrailHead>(`select seq, mac from trail order by seq desc limit 1`)
  const insert = db.prepare(`insert into trail (seq, at, order_id, event, digest, mac) values (?, ?, ?, ?, ?, ?)`)
  const head = (): TrailHead => newest.get() ?? { seq: 0, mac: mac.genesis }
  return {
    head,
    append(event) {
      const last = head()
      const seq = last.seq + 1
      insert.run(seq, event.at, event.orderId, event.event, event.digest, mac.next(last.mac, seq, event))
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
    next: (previous, seq, { at, orderId, event, digest }) => mac('entry', previous, seq, at, orderId, event, digest),
  }
}

function trailId(db: EncryptedDatabase): string {
  db.prepare(`insert into meta (name, value) values ('trail', ?) on conflict do nothing`).run(
    randomBytes(16).toString('base64url'),
  )
  return db.prepare<{ value: string }>(`select value from meta where name = 'trail'`).get()!.value
}
