import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'

/** What is sent: nothing is added to it but `Host` and `Content-Length`. */
export interface Outgoing {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** The local address to dial from. */
  readonly from?: string
}

export interface Answer {
  readonly status: number
  readonly body: string
}

/** Sends one request exactly as given, over a connection of its own. */
export async function send({ method, url, headers, body = '', from }: Outgoing): Promise<Answer> {
  const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const outgoing = request(url, {
    method,
    headers: { ...headers, ...length },
    agent: false,
    ...(from === undefined ? {} : { localAddress: from }),
  })
  outgoing.end(body)
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return { status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }
}
