import { hash } from 'node:crypto'
import { Problem } from '../problem.ts'
import { readDictionary } from '../structured-fields/parse.ts'
import { isInnerList } from '../structured-fields/values.ts'
import { HASH_NAMES, contentDigest, type DigestAlgorithm } from './content-digest.ts'

/** `unsupported`: no digest that withstands an adversary, so nothing is proved. */
export type DigestVerdict = 'matches' | 'mismatch' | 'unsupported' | 'malformed'

/**
 * Checks a Content-Digest field against the raw bytes. Every sha-256 and sha-512 in it has to match; others are ignored
 * and prove nothing: RFC 9530 section 5 forbids md5, sha, unixsum, unixcksum, adler and crc32c here.
 *
 * @param content the bytes as received, before any decoding
 */
export function checkContentDigest(field: string, content: Uint8Array): DigestVerdict {
  // What nearly every client sends, without parsing it. The digest of a body is no secret: plain comparisons do.
  if (field.length === 54 && field === contentDigest(content)) return 'matches'
  const digests = field.length > MAX_LENGTH ? undefined : readDictionary(field, 'refuse')
  if (digests === undefined || digests instanceof Problem) return 'malformed'
  let verdict: DigestVerdict = 'unsupported'
  for (const [algorithm, member] of digests) {
    if (isInnerList(member) || !(member.value instanceof Uint8Array)) return 'malformed'
    if (!isSupported(algorithm)) continue
    if (!hash(HASH_NAMES[algorithm], content, 'buffer').equals(member.value)) return 'mismatch'
    verdict = 'matches'
  }
  return verdict
}

function isSupported(algorithm: string): algorithm is DigestAlgorithm {
  return Object.hasOwn(HASH_NAMES, algorithm)
}

const MAX_LENGTH = 1_024
