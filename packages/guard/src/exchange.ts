import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Guarded } from './guarded.ts'
import { readBody } from './node-body.ts'
import { requestId } from './node-preflight.ts'
import type { HeaderList, Peer } from './request.ts'
import type { RequestParts } from './snapshot.ts'
import { Stamps } from './stamps.ts'

/** What the client's Expect field asks for (RFC 9110 section 10.1.1). */
export type Expectation = 'nothing' | 'continue' | 'unknown'

/** One request and its answer, from the node core's point of view, and what the snapshot for the guards is made of. */
export class Exchange implements RequestParts {
  readonly id: string
  readonly receivedAt: number
  readonly peer: Peer
  readonly message: IncomingMessage
  readonly response: ServerResponse
  /** Fields that the answer will have. */
  readonly stamps: Stamps
  /** Name of the route, empty until one matched. */
  route = ''
  expects: Expectation
  /** Set once the guards have allowed the request, with what they proved. */
  admission: { readonly guarded: Guarded; readonly context: object } | undefined

  constructor(message: IncomingMessage, response: ServerResponse, expects: Expectation) {
    this.id = requestId(message)
    this.receivedAt = Date.now()
    this.peer = peerOf(message.socket)
    this.message = message
    this.response = response
    this.stamps = new Stamps(response)
    this.expects = expects
    this.admission = undefined
    const carrying: IncomingMessage & Carrying = message
    carrying[EXCHANGE] = this
  }

  get method(): string {
    return this.message.method!
  }

  get target(): string {
    return this.message.url!
  }

  get rawHeaders(): readonly string[] {
    return this.message.rawHeaders
  }

  stamp(fields: HeaderList): void {
    for (const [name, value] of fields) this.stamps.add(name, value)
  }

  signal(): AbortSignal {
    const gone = new AbortController()
    this.response.once('close', () => gone.abort())
    return gone.signal
  }

  read(limit: number): Uint8Array | Promise<Uint8Array> {
    return readBody(this.message, limit, () => {
      if (this.expects === 'continue') this.response.writeContinue()
      this.expects = 'nothing'
    })
  }
}

/** The exchange of a message that came through the node core. */
export function exchangeOf(message: object): Exchange | undefined {
  const carrying: Carrying = message
  return carrying[EXCHANGE]
}

/** Who is at the other end of a socket. */
export function peerOf(socket: Socket): Peer {
  const known: Socket & { [PEER]?: Peer } = socket
  return (known[PEER] ??= Object.freeze({
    address: socket.remoteAddress ?? '',
    entry: `${socket.localAddress ?? ''}:${socket.localPort ?? 0}`,
    encrypted: 'encrypted' in socket,
  }))
}

// Under symbols that never leave this module. Weak maps could do the same, but the garbage collector spends more on their
// entries than all guards take together (measured with `pnpm bench pipeline`).
const EXCHANGE: unique symbol = Symbol('exchange')
const PEER: unique symbol = Symbol('peer')

interface Carrying {
  [EXCHANGE]?: Exchange
}
