import type { Dispatcher } from 'undici'
import { failed } from './denied.ts'
import type { EgressSettings } from './options.ts'

/** An answer, read in full and within the limits. A redirect is an answer like any other: nothing follows it. */
export interface EgressResponse {
  readonly status: number
  /** Values of a repeated field are joined with a comma and a space, as in the Fetch standard. */
  readonly headers: { get(name: string): string | null }
  readonly bytes: Uint8Array
  /** The bytes as UTF-8; malformed sequences become U+FFFD, as in the Fetch standard. */
  text(): string
}

type Limits = Pick<EgressSettings, 'maxBytes' | 'contentTypes'>

/**
 * Reads an answer, counting while it streams.
 *
 * @throws {RingfenceError} `egress_failed` as soon as a limit is passed; the rest is not read
 */
export async function readResponse(
  origin: string,
  { statusCode, headers: raw, body }: Dispatcher.ResponseData<unknown>,
  limits: Limits,
): Promise<EgressResponse> {
  try {
    const headers = readHeaders(origin, raw)
    const bytes = await readBody(origin, body, headers, limits)
    return Object.freeze({ status: statusCode, headers, bytes, text: () => new TextDecoder().decode(bytes) })
  } catch (error) {
    body.on('error', () => {}).destroy()
    throw error
  }
}

function readHeaders(origin: string, raw: Dispatcher.ResponseData['headers']): Headers {
  const pairs = Object.entries(raw).flatMap(([name, values = []]) =>
    [values].flat().map((value) => [name, value] as const),
  )
  if (pairs.length > MOST_HEADERS) throw failed(origin, `the answer has more than ${MOST_HEADERS} header fields`)
  const headers = new Headers()
  for (const [name, value] of pairs) headers.append(name, value)
  return headers
}

async function readBody(
  origin: string,
  body: AsyncIterable<Uint8Array>,
  headers: Headers,
  { maxBytes, contentTypes }: Limits,
): Promise<Uint8Array> {
  if (!['identity', null].includes(headers.get('content-encoding'))) {
    throw failed(origin, 'the answer is compressed, although it was asked not to be')
  }
  if (Number(headers.get('content-length')) > maxBytes) throw failed(origin, `the answer is over ${maxBytes} bytes`)
  const type = headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    if (contentTypes?.has(type) === false) throw failed(origin, 'the answer has a media type that is not allowed')
    size += chunk.length
    if (size > maxBytes) throw failed(origin, `the answer is over ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks, size))
}

const MOST_HEADERS = 100
