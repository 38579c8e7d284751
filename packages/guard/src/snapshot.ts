import { DenyError, deny } from './outcome.ts'
import type { GuardRequest, Peer } from './request.ts'

/** What an adapter knows about a request when it arrives. */
export interface RequestParts {
  readonly id: string
  readonly route: string
  readonly method: string
  readonly target: string
  readonly receivedAt: number
  readonly peer: Peer
  /** Name, value, name, value ... exactly as received, like `rawHeaders` of node:http. */
  readonly rawHeaders: readonly string[]
  /** Called at most once, when a guard first asks: adapters need not make a controller per request. */
  readonly signal: () => AbortSignal
  /** Reads the raw body, counting; called at most once. Throws `body_too_large` as soon as it knows. */
  readonly read: (limit: number) => Uint8Array | Promise<Uint8Array>
}

/** Makes the frozen snapshot that the guards see. Every adapter goes through here. */
export function createRequest(parts: RequestParts): GuardRequest {
  return new Snapshot(parts)
}

/** Milliseconds this request has spent waiting for its own body: they do not count against the chain's deadline. */
export function bodyWait(request: GuardRequest): number {
  return request instanceof Snapshot ? Snapshot.waited(request) : 0
}

class Snapshot implements GuardRequest {
  readonly #parts: RequestParts
  #signal: AbortSignal | undefined
  #body: Uint8Array | Promise<Uint8Array> | undefined
  #waited = 0
  #waitingSince: number | undefined

  constructor(parts: RequestParts) {
    this.#parts = parts
    Object.freeze(this)
  }

  static waited(request: Snapshot): number {
    const since = request.#waitingSince
    return request.#waited + (since === undefined ? 0 : performance.now() - since)
  }

  get id(): string {
    return this.#parts.id
  }
  get route(): string {
    return this.#parts.route
  }
  get method(): string {
    return this.#parts.method
  }
  get target(): string {
    return this.#parts.target
  }
  get receivedAt(): number {
    return this.#parts.receivedAt
  }
  get peer(): Peer {
    return this.#parts.peer
  }
  get signal(): AbortSignal {
    return (this.#signal ??= this.#parts.signal())
  }

  header(name: string): readonly string[] {
    const { rawHeaders } = this.#parts
    let values: string[] | undefined
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
      const field = rawHeaders[i]!
      if (field !== name && !(endsAlike(field, name) && field.toLowerCase() === name)) continue
      if (values === undefined) values = [rawHeaders[i + 1]!]
      else values.push(rawHeaders[i + 1]!)
    }
    return values ?? NONE
  }

  body(limit: number): Uint8Array | Promise<Uint8Array> {
    const body = (this.#body ??= this.#read(limit))
    return body instanceof Uint8Array ? within(body, limit) : body.then((bytes) => within(bytes, limit))
  }

  #read(limit: number): Uint8Array | Promise<Uint8Array> {
    const read = this.#parts.read(limit)
    if (read instanceof Uint8Array) return read
    this.#waitingSince = performance.now()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new DenyError(deny('body_incomplete', { internal: 'body deadline' }))), BODY_MS)
    })
    return Promise.race([read, late])
      .then((bytes) => (this.#body = bytes))
      .finally(() => {
        clearTimeout(timer)
        this.#waited = Snapshot.waited(this)
        this.#waitingSince = undefined
      })
  }
}

function within(bytes: Uint8Array, limit: number): Uint8Array {
  if (bytes.length > limit) throw new DenyError(deny('body_too_large'))
  return bytes
}

/** Spares most fields of a request being written anew in lower case. */
function endsAlike(field: string, name: string): boolean {
  const last = name.length - 1
  if (field.length !== name.length) return false
  const code = field.charCodeAt(last)
  return code === name.charCodeAt(last) || (code | LOWER_CASE) === name.charCodeAt(last)
}

const LOWER_CASE = 0x20

const NONE: readonly string[] = Object.freeze([])

/** A body that takes longer than this is refused (ms). */
const BODY_MS = 5_000
