import { ErrorReply } from 'redis'
import { Connection, type ConnectionOptions } from './connection.ts'
import { sharedSlot, SLOTS } from './key-slot.ts'
import { atNode, isLoopback } from './redis-url.ts'
import { unavailable, type RedisArgument, type RedisReply } from './reply.ts'
import type { Transport } from './transport.ts'

/**
 * A Redis Cluster: one {@link Connection} to each master, so every node has a deadline and a breaker of its own.
 *
 * Who serves which slot is asked anew when a node says MOVED and when calls need one that is down. MOVED and ASK mean
 * that nothing ran, so following them cannot run a command twice.
 */
export class Cluster implements Transport {
  readonly #options: ConnectionOptions
  readonly #plaintextAnywhere: boolean
  readonly #nodes = new Map<string, Connection>()
  #owners: readonly string[] = []
  /** Connections made by nodes that are gone. */
  #past = 0
  #asking = false
  #askAgainAt = 0
  #closed = false

  /** @param options those of the node that was reached first; all nodes share its credentials and TLS */
  constructor(options: ConnectionOptions, plaintextAnywhere: boolean) {
    this.#options = options
    this.#plaintextAnywhere = plaintextAnywhere
  }

  /** Learns the map of slots from the first node, and waits until every master is connected. */
  async open(first: Connection): Promise<void> {
    try {
      this.#apply(readSlots(await first.send(['CLUSTER', 'SLOTS'], this.#options.connectMs), first.host))
    } finally {
      first.close()
    }
    const until = performance.now() + this.#options.connectMs
    while (!this.ready) {
      if (performance.now() > until) {
        this.close()
        throw unavailable('not every node of the cluster can be reached')
      }
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  /** True while every slot has a live node. */
  get ready(): boolean {
    return this.#nodes.size > 0 && [...this.#nodes.values()].every((node) => node.ready)
  }

  get connections(): number {
    let connections = this.#past
    for (const node of this.#nodes.values()) connections += node.connections
    return connections
  }

  slotOf(keys: readonly RedisArgument[]): number {
    return sharedSlot(keys)
  }

  async send(args: readonly RedisArgument[], ms: number, slot: number): Promise<RedisReply> {
    const node = this.#nodes.get(this.#owners[slot]!)
    if (node === undefined || !node.ready) {
      this.#ask()
      throw unavailable('the node of this key is down')
    }
    const started = performance.now()
    try {
      return await node.send(args, ms)
    } catch (error) {
      const redirect = readRedirect(error, node.host)
      if (redirect === undefined) throw error
      const left = Math.max(1, ms - (performance.now() - started))
      return this.#follow(redirect, args, left)
    }
  }

  close(): void {
    this.#closed = true
    for (const node of this.#nodes.values()) node.close()
    this.#nodes.clear()
  }

  #follow({ kind, node: name }: Redirect, args: readonly RedisArgument[], ms: number): Promise<RedisReply> {
    if (kind === 'MOVED') this.#ask()
    const node = this.#nodes.get(name)
    if (node === undefined || !node.ready) return Promise.reject(unavailable('the key has moved to another node'))
    // ASKING holds for the next command on the connection, and both go out in one write.
    if (kind === 'ASK') node.send(['ASKING'], ms).catch(() => undefined)
    return node.send(args, ms)
  }

  /** Asks the live nodes in turn who serves what; in the background, one at a time and not more often than needed. */
  #ask(): void {
    if (this.#asking || this.#closed || performance.now() < this.#askAgainAt) return
    this.#asking = true
    this.#askAgainAt = performance.now() + ASK_EVERY_MS
    void this.#askNodes().finally(() => {
      this.#asking = false
    })
  }

  async #askNodes(): Promise<void> {
    for (const node of this.#nodes.values()) {
      if (!node.ready) continue
      try {
        const slots = readSlots(await node.send(['CLUSTER', 'SLOTS'], this.#options.probeMs), node.host)
        return this.#apply(slots)
      } catch {
        // The next node may know.
      }
    }
  }

  #apply(owners: readonly string[]): void {
    if (this.#closed) return
    const names = new Set(owners)
    for (const [name, node] of this.#nodes) {
      if (names.has(name)) continue
      node.close()
      this.#past += node.connections
      this.#nodes.delete(name)
    }
    for (const name of names) {
      if (this.#nodes.has(name)) continue
      const [host, port] = splitNode(name)
      const { address } = this.#options
      if (!address.socket.tls && !this.#plaintextAnywhere && !isLoopback(host)) {
        throw unavailable('a node beyond loopback is announced without TLS')
      }
      const node = new Connection({ ...this.#options, address: atNode(address, host, port) })
      node.start()
      this.#nodes.set(name, node)
    }
    this.#owners = owners
  }
}

interface Redirect {
  readonly kind: 'MOVED' | 'ASK'
  readonly node: string
}

function readRedirect(error: unknown, host: string): Redirect | undefined {
  if (!(error instanceof ErrorReply)) return undefined
  const match = /^(MOVED|ASK) \d{1,5} (\S*):(\d{1,5})$/.exec(error.message)
  if (match === null) return undefined
  // An empty host means the one that answered (Redis Cluster specification, "MOVED redirection").
  return { kind: match[1] as Redirect['kind'], node: `${match[2] || host}:${match[3]}` }
}

/** Reads CLUSTER SLOTS: for each slot the `host:port` of its master. A map with holes is not used. */
function readSlots(reply: RedisReply, askedHost: string): string[] {
  const owners: string[] = []
  for (const range of list(reply)) {
    const [start, end, master] = list(range)
    const [host, port] = list(master)
    if (!isSlot(start) || !isSlot(end) || start > end || !Number.isInteger(port)) throw nonsense()
    const name = `${typeof host === 'string' && host !== '' && host !== '?' ? host : askedHost}:${String(port)}`
    owners.length = Math.max(owners.length, end + 1)
    owners.fill(name, start, end + 1)
  }
  for (let slot = 0; slot < SLOTS; slot++) {
    if (owners[slot] === undefined) throw unavailable('the cluster serves only some of its slots')
  }
  return owners
}

function list(reply: RedisReply | undefined): readonly RedisReply[] {
  if (Array.isArray(reply)) return reply as readonly RedisReply[]
  throw nonsense()
}

function isSlot(value: RedisReply | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < SLOTS
}

function nonsense(): Error {
  return unavailable('CLUSTER SLOTS is answered with nonsense')
}

function splitNode(name: string): [host: string, port: number] {
  const colon = name.lastIndexOf(':')
  return [name.slice(0, colon), Number(name.slice(colon + 1))]
}

/** Not more than so many questions about the slots (ms). */
const ASK_EVERY_MS = 200
