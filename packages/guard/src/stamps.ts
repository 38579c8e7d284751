import { ServerResponse, type OutgoingHttpHeader, type OutgoingHttpHeaders } from 'node:http'

/**
 * The fields that the core and the guards put on an answer, whoever writes its head; one that a handler sets itself wins.
 *
 * They wait here until then, because a framework that gives its own fields to `writeHead` alone spares node a table of
 * all fields, which costs as much as two guards (measured with `pnpm bench pipeline`). The method is replaced on the
 * response itself, as `on-headers` does it: Express exchanges the prototype.
 */
export class Stamps {
  /** Name, value, name, value ... with names in lower case. */
  readonly #fields: OutgoingHttpHeader[] = []

  constructor(response: ServerResponse) {
    const stamped: ServerResponse & { [STAMPS]?: Stamps } = response
    stamped[STAMPS] = this
    response.writeHead = writeHead
  }

  /** A field that comes again becomes one line (RFC 9110 section 5.3); one that every answer has is replaced. */
  add(name: string, value: string): void {
    const field = name.toLowerCase()
    const at = NEVER_JOINED.has(field) ? -1 : position(this.#fields, field)
    if (at < 0) this.#fields.push(field, value)
    else this.#fields[at + 1] = field === 'cache-control' ? value : `${String(this.#fields[at + 1])}, ${value}`
  }

  /** With what `writeHead` is given, in the form of `rawHeaders`. */
  with(given: OutgoingHttpHeaders | undefined): OutgoingHttpHeader[] {
    // A copy: should node refuse what is given, the answer that then says so must not have it.
    const fields = [...this.#fields]
    for (const name in given) {
      if (!Object.hasOwn(given, name)) continue
      const at = position(fields, name.toLowerCase())
      if (at >= 0) fields.splice(at, 2)
      fields.push(name, given[name]!)
    }
    return fields
  }

  /** Sets on the response what nobody has set there. */
  set(response: ServerResponse): void {
    const before = response.getHeaderNames()
    for (let i = 0; i < this.#fields.length; i += 2) {
      const name = String(this.#fields[i])
      if (!before.includes(name)) response.appendHeader(name, String(this.#fields[i + 1]))
    }
  }
}

function writeHead(this: ServerResponse & { [STAMPS]?: Stamps }, status: number, ...rest: unknown[]): ServerResponse {
  const stamps = this[STAMPS]!
  const [given] = rest
  const only = this.getHeaderNames().length === 0 && (given === undefined || isFields(given))
  if (!only) stamps.set(this)
  ServerResponse.prototype.writeHead.call(
    this,
    status,
    ...(only ? [stamps.with(given)] : (rest as [OutgoingHttpHeaders])),
  )
  return this
}

function isFields(given: unknown): given is OutgoingHttpHeaders {
  return typeof given === 'object' && given !== null && !Array.isArray(given)
}

function position(fields: readonly OutgoingHttpHeader[], name: string): number {
  for (let i = 0; i < fields.length; i += 2) if (fields[i] === name) return i
  return -1
}

/**
 * Cookies cannot be read from one line (RFC 9110 section 5.3); several challenges are not by many clients, although section
 * 11.6.1 asks them to.
 */
const NEVER_JOINED: ReadonlySet<string> = new Set(['set-cookie', 'www-authenticate'])
const STAMPS: unique symbol = Symbol('stamps')
