import { setTimeout } from 'node:timers/promises'
import { RingfenceError } from '@ringfence/errors'
import type { Secret } from '@ringfence/secret-config'
import { signRequest } from './sign-request.ts'

export interface SignedFetchOptions {
  readonly keyId: string
  readonly secret: Secret | string
  readonly tag: string
  /** Sent as `x-api-version` with every request. */
  readonly apiVersion?: string
  /** What sends the request (default: the global `fetch`). */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
  /** Milliseconds since the epoch (default: `Date.now`). */
  readonly now?: () => number
}

export interface SignedRequestInit {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Text or bytes: a stream could not be signed before it is sent. */
  readonly body?: string | Uint8Array
  readonly sessionId?: string
  readonly signal?: AbortSignal
}

/** A `fetch` that signs. Redirects are answers, never followed: the signature is for one target. */
export type SignedFetch = (url: string | URL, init?: SignedRequestInit) => Promise<Response>

/**
 * Makes a `fetch` that signs every request.
 *
 * It repeats a request once, with a new nonce, in two cases that are safe: the server answered `request_stale`, which it
 * does before acting, and its Date shows that our clock is off by at most 30 s (the correction is kept in memory for
 * later requests, never stored); or a GET was answered 503 with a Retry-After of at most 5 s.
 *
 * @example
 * ```ts
 * const send = signedFetch({ keyId, secret, tag: 'ringfence-trading' })
 * const response = await send('http://127.0.0.1:7101/v1/orders', { method: 'POST', body: JSON.stringify(order) })
 * ```
 */
export function signedFetch(options: SignedFetchOptions): SignedFetch {
  const clock = options.now ?? Date.now
  const send = options.fetch ?? fetch
  let correction = 0
  return async (input, init = {}) => {
    const url = new URL(input).href
    const attempt = (): Promise<Response> => send(url, signed(url, init, options, clock() + correction))
    const response = await attempt()
    if (await isStale(response)) {
      const offset = clockOffset(response, clock())
      if (offset === undefined || offset === correction) return response
      correction = offset
      return attempt()
    }
    const wait = retryAfter(response)
    if (wait === undefined || (init.method ?? 'GET') !== 'GET') return response
    response.body?.cancel().catch(() => undefined) // its connection would wait for a reader
    await pause(wait, init.signal)
    return attempt()
  }
}

function signed(url: string, init: SignedRequestInit, options: SignedFetchOptions, now: number): RequestInit {
  const method = init.method ?? 'GET'
  if (method !== method.toUpperCase())
    throw new RingfenceError('option_invalid', 'signedFetch: method must be upper case')
  const { keyId, secret, tag, apiVersion } = options
  const version = apiVersion === undefined ? {} : { 'x-api-version': apiVersion }
  const headers = signRequest({
    method,
    url,
    headers: { ...init.headers, ...version },
    keyId,
    secret,
    tag,
    now,
    ...(init.body === undefined ? {} : { body: init.body }),
    ...(init.sessionId === undefined ? {} : { sessionId: init.sessionId }),
  })
  return {
    method,
    headers,
    redirect: 'manual',
    // fetch would add a content type of its own to text.
    ...(init.body === undefined
      ? {}
      : { body: typeof init.body === 'string' ? Buffer.from(init.body) : Uint8Array.from(init.body) }),
    ...(init.signal === undefined ? {} : { signal: init.signal }),
  }
}

/** Reads a copy of the problem document, so that the caller can still read the answer. */
async function isStale(response: Response): Promise<boolean> {
  const { status, headers } = response
  if (status !== 401 || !headers.get('content-type')?.startsWith('application/problem+json')) return false
  // One that does not say how long it is, or is longer than any of ours, is not read.
  if (!(Number(headers.get('content-length') ?? NaN) <= MAX_PROBLEM_BYTES)) return false
  try {
    const problem: unknown = await response.clone().json()
    return typeof problem === 'object' && problem !== null && 'code' in problem && problem.code === 'request_stale'
  } catch {
    return false
  }
}

/** How far the server's clock is ahead of ours (ms), if that is something to correct: at most 30 s. */
function clockOffset(response: Response, now: number): number | undefined {
  const server = Date.parse(response.headers.get('date') ?? '')
  // Date is cut to whole seconds; half a second is the better guess.
  const offset = server + 500 - now
  return Math.abs(offset) <= MAX_CORRECTION_MS ? offset : undefined
}

/** Rejects as `fetch` does, with the reason of the signal. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await setTimeout(ms, undefined, signal && { signal }).catch(() => signal?.throwIfAborted())
}

function retryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? NaN)
  return response.status === 503 && seconds >= 0 && seconds <= MAX_WAIT_S ? seconds * 1000 : undefined
}

const MAX_CORRECTION_MS = 30_000
const MAX_WAIT_S = 5
const MAX_PROBLEM_BYTES = 16_384
