import { COMMON_COMPONENTS, type Component } from '../rfc9421/signature-input.ts'
import type { Claim } from './claim.ts'
import { coverageOf } from './coverage.ts'

/**
 * Reads at once what `signRequest` sends: one signature, one of 16 lists of components, the parameters in its order.
 * Undefined for everything else, valid or not: the general parser then decides, and reads this form to the same result
 * (a test holds the two together). It takes a quarter of the time, and verification a third less (measured).
 */
export function readUsualClaim(
  inputField: readonly string[],
  signatureField: readonly string[],
  tag: string,
): Claim | undefined {
  if (inputField.length !== 1 || signatureField.length !== 1) return undefined
  const [input, field] = [inputField[0]!, signatureField[0]!]
  const equals = input.indexOf('=')
  const close = input.indexOf(')') + 1
  const label = input.slice(0, equals)
  const list = listOf(input.slice(equals + 1, close))
  if (list === undefined || !LABEL.test(label)) return undefined
  PARAMETERS.lastIndex = close
  const match = PARAMETERS.exec(input)
  if (match === null || !isRest(input, PARAMETERS.lastIndex, tag)) return undefined
  const [created, nonce, keyId] = [match[1]!, match[2]!, match[3]!]
  if (created.length > 15 || nonce.length < 22 || nonce.length > 64 || keyId.length > 64) return undefined
  MAC.lastIndex = equals
  if (field.length !== equals + MAC_LENGTH || !field.startsWith(label) || !MAC.test(field)) return undefined
  return {
    components: list.components,
    text: input.slice(equals + 1),
    signature: Buffer.from(field.slice(equals + 2, -1), 'base64'),
    keyId,
    nonce,
    createdAt: Number(created) * 1000,
    expiresAt: Infinity,
    covered: list.covered,
  }
}

/** By length first: hashing a text this long takes longer than all the rest of finding it (measured). */
function listOf(text: string): CommonList | undefined {
  for (const list of LISTS.get(text.length) ?? NO_LISTS) if (list.text === text) return list
  return undefined
}

/** Nothing but our tag, its quotation mark and the end. */
function isRest(input: string, start: number, tag: string): boolean {
  return input.length === start + tag.length + 1 && input.startsWith(tag, start) && input.endsWith('"')
}

// Canonical throughout, so that what was sent is the `@signature-params` line. Patterns that count take longer than a look
// at the lengths beside them (measured).
const LABEL = /^[a-z][a-z0-9_-]{0,31}$/
const PARAMETERS =
  /;created=([1-9][0-9]*);nonce="([A-Za-z0-9_-]+)";keyid="([A-Za-z0-9_-]+)"(?:;alg="hmac-sha256")?;tag="/y
/** 32 bytes in canonical base64 (RFC 4648 section 3.5), as a byte sequence. */
const MAC = /=:[A-Za-z0-9+/]+[AEIMQUYcgkosw048]=:$/y
const MAC_LENGTH = 47

interface CommonList {
  readonly text: string
  readonly components: readonly Component[]
  readonly covered: number
}

const NO_LISTS: readonly CommonList[] = []
const LISTS: ReadonlyMap<number, readonly CommonList[]> = Map.groupBy(
  Array.from({ length: 16 }, (_, choice) => {
    const components = COMMON_COMPONENTS.filter((_one, i) => i < 4 || (choice & (1 << (i - 4))) !== 0)
    const text = `(${components.map(({ identifier }) => identifier).join(' ')})`
    return { text, components, covered: coverageOf(components) }
  }),
  ({ text }) => text.length,
)
