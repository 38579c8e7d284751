import { hash } from 'node:crypto'

/** The algorithms of RFC 9530 section 5 that withstand an adversary. */
export type DigestAlgorithm = 'sha-256' | 'sha-512'

/**
 * The Content-Digest field for these bytes (RFC 9530 section 2), exactly as they go over the wire.
 *
 * @example
 * ```ts
 * contentDigest(Buffer.from('{"hello": "world"}\n')) // sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:
 * ```
 */
export function contentDigest(content: Uint8Array, algorithm: DigestAlgorithm = 'sha-256'): string {
  return `${algorithm}=:${hash(HASH_NAMES[algorithm], content, 'base64')}:`
}

/** What node:crypto calls them. */
export const HASH_NAMES: Readonly<Record<DigestAlgorithm, string>> = { 'sha-256': 'sha256', 'sha-512': 'sha512' }
