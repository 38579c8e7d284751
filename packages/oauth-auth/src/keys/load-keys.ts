import type { JwsAlgorithm } from '../jws/algorithms.ts'
import { parseJsonObject } from '../jws/strict-json.ts'
import type { Fetch } from './fetch.ts'
import { readKeySet, type KeySet } from './key-set.ts'

/** Why a load brought no keys. */
export type LoadFailure = 'unreachable' | 'status' | 'too_large' | 'metadata_invalid' | 'key_set_invalid' | 'timeout'

/** Thrown by a loader; never leaves this package. */
export class LoadError extends Error {
  override readonly name = 'LoadError'
  readonly reason: LoadFailure

  constructor(reason: LoadFailure) {
    super(`keys could not be loaded: ${reason}`)
    this.reason = reason
  }
}

/** Where the keys of an issuer are. */
export interface KeyLocation {
  readonly issuer: string
  /** Without it, the issuer's metadata is asked. */
  readonly jwksUri: string | undefined
  readonly algorithms: readonly JwsAlgorithm[]
  readonly fetch: Fetch
}

/** Loads the keys once; throws a {@link LoadError}. */
export type KeyLoader = (signal: AbortSignal) => Promise<KeySet>

/** Makes a loader that discovers the JWK Set's address at most once while it keeps answering. */
export function keyLoader({ issuer, jwksUri, algorithms, fetch }: KeyLocation): KeyLoader {
  let discovered: string | undefined
  return async (signal) => {
    const uri = jwksUri ?? discovered ?? (await discover(issuer, fetch, signal))
    discovered = undefined // unless the keys are there: they may have moved
    const answer = await get(uri, fetch, signal)
    if (answer.status !== 200) throw new LoadError('status')
    const keys = readKeySet(answer.bytes, algorithms)
    if (keys === undefined) throw new LoadError('key_set_invalid')
    discovered = uri
    return keys
  }
}

/** The well-known documents of an issuer in the order they are asked: RFC 8414 section 3.1, OpenID Discovery 4. */
export function metadataUrls(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname === '/' ? '' : pathname.replace(/\/$/, '')
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ]
}

async function discover(issuer: string, fetch: Fetch, signal: AbortSignal): Promise<string> {
  for (const url of metadataUrls(issuer)) {
    const answer = await get(url, fetch, signal)
    if (answer.status >= 400 && answer.status < 500) continue
    if (answer.status !== 200) throw new LoadError('status')
    const metadata = parseJsonObject(answer.bytes)
    const jwksUri = metadata?.['jwks_uri']
    // RFC 8414 section 3.3: a document of another issuer must not be used.
    if (metadata?.['issuer'] !== issuer || !isSameScheme(jwksUri, issuer)) throw new LoadError('metadata_invalid')
    return jwksUri
  }
  throw new LoadError('status')
}

/** An https issuer never leads to plaintext. */
function isSameScheme(uri: unknown, issuer: string): uri is string {
  if (typeof uri !== 'string' || !URL.canParse(uri)) return false
  return new URL(uri).protocol === new URL(issuer).protocol
}

async function get(url: string, fetch: Fetch, signal: AbortSignal): Promise<{ status: number; bytes: Uint8Array }> {
  const answer = await fetch(url, { method: 'GET', headers: { accept: 'application/json' }, signal }).catch(() => {
    throw new LoadError(signal.aborted ? 'timeout' : 'unreachable')
  })
  if (answer.bytes.length > MAX_DOCUMENT_BYTES) throw new LoadError('too_large')
  return answer
}

/** Bytes of metadata or of a JWK Set. */
const MAX_DOCUMENT_BYTES = 262_144
