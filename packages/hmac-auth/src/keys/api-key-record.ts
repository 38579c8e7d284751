import { RingfenceError } from '@ringfence/errors'
import { cidrSet, type CidrSet } from '@ringfence/ip-address'
import { Secret } from '@ringfence/secret-config'
import { canonicalEntry } from './canonical-entry.ts'
import { parseApiKey } from './parse-api-key.ts'

/** What a key may do. One scope per key; `trade` does not imply `read` (policy TR-08). */
export type ApiKeyScope = 'read' | 'trade'

/** One API key as it stands in the configuration. */
export interface ApiKeyRecord {
  /** `rfk_` and up to 60 letters, digits, `_` or `-`. Public. */
  readonly id: string
  readonly label?: string
  readonly scope: ApiKeyScope
  /** The addresses it may be used from, as CIDR blocks; at least one. */
  readonly allow: readonly string[]
  /**
   * The local `address:port` pairs it may come in through, IPv6 in brackets: behind an SSH tunnel the only thing that tells
   * users apart.
   */
  readonly entry?: readonly string[]
  /** ISO 8601 with a zone; the key works from this moment ... */
  readonly notBefore?: string
  /** ... and no longer at this one. */
  readonly notAfter?: string
  readonly secret: Secret | string
  /** The secret before the rotation; it dies at `notAfter`, at the latest with the key. */
  readonly previous?: { readonly secret: Secret | string; readonly notAfter: string }
}

/** A record that was checked, with its texts parsed. Times are milliseconds since the epoch. */
export interface ParsedApiKeyRecord {
  readonly id: string
  readonly label: string | undefined
  readonly scope: ApiKeyScope
  readonly allow: CidrSet
  readonly entry: ReadonlySet<string> | undefined
  readonly notBefore: number
  readonly notAfter: number
  readonly secret: Secret
  readonly previous: { readonly secret: Secret; readonly notAfter: number } | undefined
}

/**
 * Checks one key record strictly: every field present and of its type, no field unknown.
 *
 * @param where what to call the record in the error
 * @throws {RingfenceError} `key_invalid` naming the field and the rule, never a value
 */
export function parseApiKeyRecord(input: unknown, where: string): ParsedApiKeyRecord {
  const record = fields(input, where, FIELDS)
  const text = (field: string, pattern: RegExp, rule: string): string => {
    const value = record[field]
    return typeof value === 'string' && pattern.test(value) ? value : invalid(`${where}: ${field} must be ${rule}`)
  }
  const notBefore = record['notBefore'] === undefined ? -Infinity : instant(record['notBefore'], `${where}: notBefore`)
  const notAfter = record['notAfter'] === undefined ? Infinity : instant(record['notAfter'], `${where}: notAfter`)
  if (notBefore >= notAfter) invalid(`${where}: notBefore must be before notAfter`)
  const key = {
    id: text('id', ID, 'rfk_ and 1 to 60 letters, digits, _ or -'),
    label: record['label'] === undefined ? undefined : text('label', LABEL, '1 to 64 printable ASCII characters'),
    scope: scopeOf(record['scope'], `${where}: scope`),
    allow: networks(record['allow'], `${where}: allow`),
    entry: record['entry'] === undefined ? undefined : entries(record['entry'], `${where}: entry`),
    notBefore,
    notAfter,
    secret: secretOf(record['secret'], `${where}: secret`),
    previous: record['previous'] === undefined ? undefined : previousOf(record['previous'], `${where}: previous`),
  }
  if (key.previous?.secret.equals(key.secret)) invalid(`${where}: previous must hold another secret`)
  return Object.freeze(key)
}

function scopeOf(input: unknown, where: string): ApiKeyScope {
  return input === 'read' || input === 'trade' ? input : invalid(`${where} must be "read" or "trade"`)
}

function previousOf(input: unknown, where: string): { readonly secret: Secret; readonly notAfter: number } {
  const record = fields(input, where, PREVIOUS_FIELDS)
  return {
    secret: secretOf(record['secret'], `${where}.secret`),
    notAfter: instant(record['notAfter'], `${where}.notAfter`),
  }
}

function fields(input: unknown, where: string, known: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) invalid(`${where} must be an object`)
  if (Object.keys(input).some((field) => !known.has(field))) {
    invalid(`${where} has an unknown field; the known ones are ${[...known].join(', ')}`)
  }
  return input as Readonly<Record<string, unknown>>
}

function secretOf(input: unknown, where: string): Secret {
  const secret = typeof input === 'string' ? new Secret(input) : input
  if (!(secret instanceof Secret)) invalid(`${where} must be a string or a Secret`)
  const fits = secret.use((value: unknown) => typeof value === 'string' && isSecret(value))
  return fits ? (secret as Secret) : invalid(`${where} must be rfs_ and 49 letters or digits with a right checksum`)
}

function isSecret(text: string): boolean {
  try {
    return parseApiKey(text).kind === 'secret'
  } catch {
    return false
  }
}

function networks(input: unknown, where: string): CidrSet {
  if (!Array.isArray(input) || input.length === 0) invalid(`${where} must list at least one CIDR block`)
  try {
    return cidrSet(input)
  } catch (error) {
    return invalid(`${where}: ${error instanceof RingfenceError ? error.message : 'not a list of CIDR blocks'}`)
  }
}

function entries(input: unknown, where: string): ReadonlySet<string> {
  const list: readonly unknown[] = Array.isArray(input) ? input : []
  const valid = list
    .map((entry) => (typeof entry === 'string' && hasClearPort(entry) ? canonicalEntry(entry) : undefined))
    .filter((entry) => entry !== undefined)
  if (valid.length === 0 || valid.length !== list.length) invalid(`${where} must list address:port pairs`)
  return new Set(valid)
}

/** In IPv6 without brackets it is anybody's guess where the address ends and the port begins. */
function hasClearPort(entry: string): boolean {
  return entry.startsWith('[') || entry.indexOf(':') === entry.lastIndexOf(':')
}

function instant(input: unknown, where: string): number {
  const time = typeof input === 'string' && INSTANT.test(input) && isDay(input) ? Date.parse(input) : NaN
  return Number.isNaN(time) ? invalid(`${where} must be ISO 8601 with a zone, e.g. 2027-01-31T00:00:00Z`) : time
}

/** Date.parse takes 30 February for 2 March. */
function isDay(text: string): boolean {
  const day = Date.parse(text.slice(0, 10))
  return !Number.isNaN(day) && new Date(day).toISOString().startsWith(text.slice(0, 10))
}

function invalid(why: string): never {
  throw new RingfenceError('key_invalid', why)
}

const FIELDS: ReadonlySet<string> = new Set([
  'id',
  'label',
  'scope',
  'allow',
  'entry',
  'notBefore',
  'notAfter',
  'secret',
  'previous',
])
const PREVIOUS_FIELDS: ReadonlySet<string> = new Set(['secret', 'notAfter'])
const ID = /^rfk_[A-Za-z0-9_-]{1,60}$/
const LABEL = /^[\x20-\x7e]{1,64}$/
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/
