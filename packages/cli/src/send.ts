import { STATUS_CODES } from 'node:http'
import { Failure } from './command.ts'

/** An answer, read whole. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Waits for an answer and reads it, at most 1 MiB of it.
 *
 * @throws Failure with one sentence when nobody answers within 10 s
 */
export async function receive(url: string, request: (signal: AbortSignal) => Promise<Response>): Promise<Answer> {
  try {
    const response = await request(AbortSignal.timeout(TIMEOUT_MS))
    const chunks: Uint8Array[] = []
    let left = MAX_BYTES
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      chunks.push(chunk)
      left -= chunk.length
      if (left < 0) throw new Failure(`the answer of ${new URL(url).origin} is larger than ${MAX_BYTES} bytes`)
    }
    const headers = Object.fromEntries(response.headers)
    return { status: response.status, headers, body: Buffer.concat(chunks).toString('utf8') }
  } catch (error) {
    if (error instanceof Failure || !(error instanceof TypeError || error instanceof DOMException)) throw error
    throw new Failure(`${new URL(url).origin} does not answer: is it running? (pnpm start)`)
  }
}

/** `201 Created`, the headers that say something, and the body, for people. */
export function formatAnswer({ status, headers, body }: Answer): string {
  const shown = Object.entries(headers).filter(([name]) => OF_INTEREST.has(name))
  return [
    `${status} ${STATUS_CODES[status] ?? ''}`.trim(),
    ...shown.map(([name, value]) => `${name}: ${printable(value)}`),
    ...(body === '' ? [] : ['', prettyJson(body) ?? printable(body)]),
  ].join('\n')
}

/** A body as a value if it is JSON, else as text. */
export function bodyValue(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

function prettyJson(body: string): string | undefined {
  const value = bodyValue(body)
  return typeof value === 'string' ? undefined : JSON.stringify(value, undefined, 2)
}

/** Whoever answers must not be able to drive the terminal. JSON.stringify escapes what it prints itself. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '?')
}

const OF_INTEREST: ReadonlySet<string> = new Set([
  'content-type',
  'location',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'www-authenticate',
  'x-api-version',
  'x-request-id',
])

const TIMEOUT_MS = 10_000

const MAX_BYTES = 1_048_576
