import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** One HTTP/1.1 response as it came over the wire. */
export interface RawResponse {
  readonly status: number
  /** Names in lower case, in arrival order. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/** What to put on the wire: text or bytes, numbers as pauses in milliseconds, `'abort'` as a reset of the connection. */
export type Wire = readonly (string | Uint8Array | number)[]

/** The step of a {@link Wire} that resets the connection. */
export const ABORT = 'abort'

/**
 * Sends bytes over one TCP connection to loopback, half-closes it, and reads every response until the server closes.
 * It parses nothing of what it sends, so it can send what no client would.
 */
export async function exchange(port: number, wire: Wire, timeoutMs = 8_000): Promise<RawResponse[]> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve()).once('end', () => (socket.end(), resolve()))
    socket.on('error', () => resolve())
  })
  const timer = setTimeout(() => socket.destroy(), timeoutMs)
  try {
    for (const step of wire) {
      if (step === ABORT) {
        socket.resetAndDestroy()
        return []
      }
      if (typeof step === 'number') await Promise.race([sleep(step), closed])
      else if (!socket.destroyed && socket.writable) socket.write(step)
    }
    socket.end()
    await closed
  } finally {
    clearTimeout(timer)
    socket.destroy()
  }
  return parseResponses(Buffer.concat(chunks))
}

function parseResponses(bytes: Buffer): RawResponse[] {
  const responses: RawResponse[] = []
  let at = 0
  while (at < bytes.length) {
    const end = bytes.indexOf('\r\n\r\n', at)
    if (end < 0) throw new Error(`an answer breaks off: ${bytes.subarray(at, at + 80).toString('latin1')}`)
    const [line = '', ...fields] = bytes.subarray(at, end).toString('latin1').split('\r\n')
    const headers = fields.map((field): readonly [string, string] => {
      const colon = field.indexOf(':')
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()]
    })
    const status = Number(line.split(' ')[1])
    const body = bodyOf(bytes, end + 4, status, headers)
    responses.push({ status, headers, body: body.text })
    at = body.end
  }
  return responses
}

function bodyOf(bytes: Buffer, start: number, status: number, headers: RawResponse['headers']): Body {
  if (status < 200 || status === 204 || status === 304) return { text: '', end: start }
  const field = (name: string): string | undefined => headers.find(([key]) => key === name)?.[1]
  if (field('transfer-encoding') === 'chunked') return dechunk(bytes, start)
  const length = Number(field('content-length') ?? bytes.length - start)
  // The answer to HEAD announces a length and has no body.
  const end = Math.min(start + length, bytes.length)
  return { text: bytes.subarray(start, end).toString('utf8'), end }
}

function dechunk(bytes: Buffer, start: number): Body {
  let text = ''
  let at = start
  while (true) {
    const line = bytes.indexOf('\r\n', at)
    const size = Number.parseInt(bytes.subarray(at, line).toString('latin1'), 16)
    if (!(size >= 0)) throw new Error('an answer has a malformed chunk')
    if (size === 0) return { text, end: line + 4 }
    text += bytes.subarray(line + 2, line + 2 + size).toString('utf8')
    at = line + 2 + size + 2
  }
}

interface Body {
  readonly text: string
  readonly end: number
}
