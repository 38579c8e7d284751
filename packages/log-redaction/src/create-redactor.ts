import { isIP } from 'node:net'
import { RingfenceError } from '@ringfence/errors'
import { type FingerprintKey, fingerprinter } from './fingerprint.ts'
import { keyKind } from './key-kind.ts'
import { REDACTED } from './marks.ts'
import { NeedleSet } from './needle-set.ts'
import { type Revealable, secretBytes } from './revealable.ts'
import { secretForms } from './secret-forms.ts'
import { needsPatterns, redactPatterns } from './value-patterns.ts'
import { type Field, jsonWriter } from './write-json.ts'

/** What a redactor knows. */
export interface RedactorOptions {
  /** Values that must never appear, in whatever encoding. More can be registered later. */
  readonly secrets?: readonly (Revealable | Uint8Array | string)[]
  /** Client addresses become fingerprints under this key; without it they are dropped. */
  readonly fingerprintKey?: FingerprintKey
}

/** Takes secrets out of values, texts and log lines. */
export interface Redactor {
  /** Adds secrets: those of a rotation, or of a key made while running. At most 1,000 different ones in all. */
  readonly register: (secrets: readonly (Revealable | Uint8Array | string)[]) => void
  /** Any value as JSON text without what its field names, at any depth, say is secret. `name` is the field it stands in. */
  readonly stringify: (value: unknown, name?: string) => string
  /** A text without registered secrets and without anything that looks like a credential. */
  readonly text: (text: string) => string
  /** A finished line of JSON under the same rules as {@link text}, and still JSON. Never throws. */
  readonly line: (json: string) => string
}

/**
 * Makes the redactor behind {@link createLogger}, for sinks of your own: a child process's stderr, an error report.
 *
 * @example
 * ```ts
 * const redactor = createRedactor({ secrets: [config.TRADING_DB_KEY] })
 * redactor.text('Authorization: Bearer 9f86d081884c7d65')  // 'Authorization: [redacted]'
 * ```
 */
export function createRedactor(options: RedactorOptions = {}): Redactor {
  /** What each is searched as, by its bytes: the same secret twice, as in a reloaded configuration, counts once. */
  const secrets = new Map<string, readonly string[]>()
  let inText = new NeedleSet([])
  let inLine = inText
  const fields = new Map<string, Field>()
  const stamp = options.fingerprintKey === undefined ? undefined : fingerprinter(options.fingerprintKey)
  const stringify = jsonWriter({ field, address, cut })
  register(options.secrets ?? [])
  return Object.freeze({ register, stringify, text, line })

  function register(more: readonly (Revealable | Uint8Array | string)[]): void {
    const all = new Map(secrets)
    for (const secret of more) {
      const bytes = secretBytes(secret)
      if (bytes.length < MIN_SECRET) {
        throw new RingfenceError('option_invalid', `a secret to redact must have at least ${MIN_SECRET} characters`)
      }
      const name = bytes.toString('base64')
      if (!all.has(name)) all.set(name, secretForms(bytes))
    }
    if (all.size > MAX_SECRETS) {
      throw new RingfenceError('option_invalid', `at most ${MAX_SECRETS} secrets can be registered for redaction`)
    }
    if (all.size === secrets.size) return
    for (const [name, forms] of all) secrets.set(name, forms)
    const forms = [...secrets.values()].flat()
    inText = new NeedleSet(forms)
    inLine = new NeedleSet(forms.map((form) => JSON.stringify(form).slice(1, -1)))
  }

  function text(input: string): string {
    return redactPatterns(inText.replace(input, REDACTED))
  }

  function line(json: string): string {
    try {
      if (!inLine.test(json) && !needsPatterns(json)) return json
      return JSON.stringify(clean(JSON.parse(json))) + (json.endsWith('\n') ? '\n' : '')
    } catch {
      return UNREDACTABLE
    }
  }

  /** Parsed JSON with every text in it, names included, cleaned. */
  function clean(value: unknown): unknown {
    if (typeof value === 'string') return text(value)
    if (typeof value === 'number') return inText.test(String(value)) ? REDACTED : value
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(clean)
    // fromEntries defines properties: a name such as __proto__ stays a name.
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [text(name), clean(inner)]))
  }

  function field(name: string): Field {
    const known = fields.get(name)
    if (known !== undefined) return known
    const made = { kind: keyKind(name), label: `${JSON.stringify(name)}:` }
    if (fields.size < MAX_FIELDS && name.length <= MAX_NAME) fields.set(name, made)
    return made
  }

  function address(list: string): string {
    return list.split(',').map(stampAddress).join(',')
  }

  /** Loopback says nothing about anybody. What is no address at all is kept: a field `address` may hold a street. */
  function stampAddress(part: string): string {
    const host = part.trim().replace(/^\[(.*)\](?::\d+)?$|^([\d.]+):\d+$/, '$1$2')
    if (isIP(host) === 0) return ADDRESS_LIKE.test(part) ? REDACTED : part
    if (host === '::1' || host.startsWith('127.')) return part
    return stamp === undefined ? REDACTED : stamp(host, 'address')
  }

  /** A secret across the cut would lose its end and not be recognised: clean more, then drop what it could reach. */
  function cut(long: string, limit: number): string {
    const clean = text(long.slice(0, limit))
    return `${clean.slice(0, Math.max(0, clean.length - inText.longest))}…[dropped the rest of ${long.length} characters]`
  }
}

/** What a line becomes that cannot be checked. */
const UNREDACTABLE = `{"level":50,"time":0,"msg":"[unredactable:line]"}\n`

/** Something with an address in it, such as `for=192.0.2.1;proto=http`. */
const ADDRESS_LIKE = /\d\.\d+\.\d|[\da-f]:[\da-f]*:/i

const MIN_SECRET = 8

const MAX_SECRETS = 1_000

/** Field names are few; names made up by a caller must not fill the memory. */
const MAX_FIELDS = 2_000

const MAX_NAME = 128
