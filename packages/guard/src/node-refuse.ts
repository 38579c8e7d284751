import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { deny, type Deny } from './outcome.ts'
import { problem } from './problem.ts'
import type { HeaderList } from './request.ts'

/** What a raw refusal needs from the core. */
export interface RawRefusal {
  readonly stamped: HeaderList
  readonly report: (requestId: string, denied: Deny, socket: Socket) => void
}

/** Answers what the HTTP parser refused, or what did not arrive in time. */
export function refuseUnparsed(error: NodeJS.ErrnoException, socket: Socket, refusal: RawRefusal): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  refuseRaw(socket, deny(CODES[error.code ?? ''] ?? 'request_malformed', { internal: error.code }), refusal)
}

/** This is no proxy (RFC 9110 section 9.3.6). */
export function refuseConnect(socket: Socket, refusal: RawRefusal): void {
  refuseRaw(socket, deny('method_not_allowed', { headers: [['allow', 'GET, POST, PUT, PATCH, DELETE']] }), refusal)
}

function refuseRaw(socket: Socket, denied: Deny, { stamped, report }: RawRefusal): void {
  const id = randomUUID()
  report(id, denied, socket)
  const { status, headers, body } = problem(denied, id)
  const fields: HeaderList = [
    ['connection', 'close'],
    ['date', new Date().toUTCString()],
    ['content-length', String(Buffer.byteLength(body))],
    ['x-request-id', id],
    ...stamped,
    ...headers,
  ]
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${fields.map(([n, v]) => `${n}: ${v}\r\n`).join('')}\r\n`
  socket.end(head + body)
  setTimeout(() => socket.destroy(), CLOSE_MS).unref()
}

const CODES: Readonly<Record<string, Deny['code']>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'body_incomplete',
}

/** How long the peer may take to read a raw refusal (ms). */
const CLOSE_MS = 500
