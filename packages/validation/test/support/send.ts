import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

/** What goes over the wire: header lines as they are, duplicates included. */
interface Sent {
  readonly method?: string
  readonly target?: string
  readonly headers?: readonly string[]
  readonly body?: string
  readonly chunked?: boolean
}

/** Sends exactly this over a socket; answers status and JSON. */
export async function send(
  port: number,
  { method = 'POST', target = '/orders', headers = [], body = '', chunked = false }: Sent,
): Promise<{ readonly status: number; readonly body: ReturnType<typeof JSON.parse> }> {
  const length = Buffer.byteLength(body)
  const framing = chunked ? ['transfer-encoding: chunked'] : body === '' ? [] : [`content-length: ${length}`]
  const payload = chunked ? `${length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body
  const head = [`${method} ${target} HTTP/1.1`, 'host: a.test', 'connection: close', ...framing, ...headers]
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(`${head.join('\r\n')}\r\n\r\n${payload}`)
  const answer = await text(socket)
  const end = answer.indexOf('\r\n\r\n')
  const [top, rest] = [answer.slice(0, end), answer.slice(end + 4)]
  const json = /transfer-encoding: chunked/i.test(top)
    ? rest.slice(rest.indexOf('\r\n') + 2, rest.lastIndexOf('\r\n0'))
    : rest
  return { status: Number(top.split(' ')[1]), body: json === '' ? undefined : JSON.parse(json) }
}
