import { createHmac, createSecretKey, randomBytes } from 'node:crypto'
import { RingfenceError } from '@ringfence/errors'
import { Secret } from '@ringfence/secret-config'
import { contentDigest } from '../digest/content-digest.ts'
import type { SignableRequest } from '../rfc9421/signable-request.ts'
import { signatureBase } from '../rfc9421/signature-base.ts'
import { COMMON_COMPONENTS, signatureInput } from '../rfc9421/signature-input.ts'

export interface SignRequestOptions {
  readonly method: string
  /** Absolute, `http:` or `https:`. It is signed as the URL parser writes it, which is how `fetch` sends it. */
  readonly url: string | URL
  /** Further fields to send; those the protocol names are covered. Names in any case. */
  readonly headers?: Readonly<Record<string, string>>
  /** The exact bytes to send; text is sent as UTF-8. */
  readonly body?: string | Uint8Array
  readonly keyId: string
  readonly secret: Secret | string
  /** The application's name, e.g. `ringfence-trading`. */
  readonly tag: string
  /** Sent as `x-session-id`. */
  readonly sessionId?: string
  /** `created` in milliseconds since the epoch (default: now); only whole seconds are sent. */
  readonly now?: number
  /** 22 to 64 base64url characters (default: 128 random bits). */
  readonly nonce?: string
}

/**
 * Signs one request (RFC 9421, hmac-sha256) and answers every field to send with it, in lowercase: the ones given, and
 * `content-digest`, `signature-input`, `signature`. A body without a content type is `application/json`.
 * Every attempt needs a signature of its own: the nonce is accepted once.
 *
 * @throws {RingfenceError} `option_invalid`, or `signature_base_invalid` for a value that cannot be signed
 *
 * @example
 * ```ts
 * const url = 'http://127.0.0.1:7101/v1/account'
 * const headers = signRequest({ method: 'GET', url, keyId, secret, tag: 'ringfence-trading' })
 * await fetch(url, { headers })
 * ```
 */
export function signRequest(options: SignRequestOptions): Record<string, string> {
  const url = checkedUrl(options.url)
  const headers = lowercased(options.headers ?? {})
  const body = bytesOf(options.body)
  if (body !== undefined && body.length > 0) {
    headers['content-type'] ??= 'application/json'
    headers['content-digest'] = contentDigest(body)
  }
  if (options.sessionId !== undefined) {
    if ('x-session-id' in headers) throw invalid('headers and sessionId name a session each')
    headers['x-session-id'] = options.sessionId
  }
  const request: SignableRequest = {
    method: options.method,
    target: url.pathname + url.search,
    header: (name) => (name === 'host' ? [url.host] : headers[name] === undefined ? [] : [headers[name]]),
  }
  const names = COMMON_COMPONENTS.map(({ name }) => name)
  const covered = names.filter((name) => name.startsWith('@') || headers[name] !== undefined)
  const input = signatureInput(covered, {
    created: Math.floor((options.now ?? Date.now()) / 1000),
    nonce: options.nonce ?? randomBytes(16).toString('base64url'),
    keyid: options.keyId,
    alg: 'hmac-sha256',
    tag: options.tag,
  })
  const base = signatureBase(request, input, url.protocol === 'https:' ? 'https' : 'http')
  headers['signature-input'] = `sig=${input.text}`
  headers['signature'] = `sig=:${mac(options.secret, base)}:`
  return headers
}

function mac(secret: Secret | string, base: string): string {
  const sign = (text: string): string =>
    createHmac('sha256', createSecretKey(text, 'utf8')).update(base).digest('base64')
  return typeof secret === 'string' ? sign(secret) : secret.use(sign)
}

/** Of anything else nothing would be signed, and callers without types do hand over streams. */
function bytesOf(body: string | Uint8Array | undefined): Uint8Array | undefined {
  if (typeof body === 'string') return Buffer.from(body, 'utf8')
  if (body === undefined || body instanceof Uint8Array) return body
  throw invalid('body must be text or bytes')
}

function checkedUrl(input: string | URL): URL {
  const url = URL.canParse(String(input)) ? new URL(input) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw invalid('url must be absolute, http: or https:')
  if (url.username !== '' || url.password !== '') throw invalid('url must not hold a user or password')
  return url
}

function lowercased(headers: Readonly<Record<string, string>>): Record<string, string> {
  const result: Record<string, string> = Object.create(null) as Record<string, string>
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase()
    if (lower in result || OURS.has(lower)) throw invalid('headers repeat a field, or set one that signing sets')
    result[lower] = value
  }
  return result
}

function invalid(why: string): RingfenceError {
  return new RingfenceError('option_invalid', `signRequest: ${why}`)
}

const OURS: ReadonlySet<string> = new Set(['host', 'content-digest', 'signature', 'signature-input'])
