import type { LookupFunction } from 'node:net'
import { lookup as systemLookup } from 'node:dns'
import { RingfenceError } from '@ringfence/errors'

/** One egress instance serves one purpose, with the narrowest options that serve it. */
export interface EgressOptions {
  /**
   * Where requests may go. A list of exact host names: `api.example.com` (port 443) or `api.example.com:8443`; no
   * wildcards; the empty list allows nothing. `'public'`: any public host on port 443, for URLs that others choose.
   */
  readonly allow: 'public' | readonly string[]
  /**
   * Origins on this machine, such as `http://127.0.0.1:7101` or `https://localhost:8443`: a loopback address or
   * `localhost`, with the scheme. The only destinations that need not be public, and the only that may be plain http.
   */
  readonly loopback?: readonly string[]
  /** PEM certificates of the authorities to trust instead of the public ones. */
  readonly ca?: string | readonly string[]
  /** The largest response body, in bytes. Default 1 MiB. */
  readonly maxBytes?: number
  /** From the call to the last byte of the body, in milliseconds. Default 10,000; at most 120,000. */
  readonly deadlineMs?: number
  /** Requests under way at once; one more fails. Default 64. */
  readonly maxConcurrent?: number
  /** Media types a response body may have, e.g. `application/json`. Default: any. */
  readonly contentTypes?: readonly string[]
  /** Resolves names; its answers are checked like any others. Default: the system's resolver. */
  readonly lookup?: LookupFunction
}

/** The options with their defaults, checked. */
export interface EgressSettings {
  readonly allow: 'public' | readonly string[]
  readonly loopback: readonly string[]
  readonly ca: readonly string[] | undefined
  readonly maxBytes: number
  readonly deadlineMs: number
  readonly maxConcurrent: number
  readonly contentTypes: ReadonlySet<string> | undefined
  readonly lookup: LookupFunction
}

/** @throws {RingfenceError} `option_invalid`, for an unknown option too: a misspelt limit would be no limit */
export function readOptions(options: EgressOptions): EgressSettings {
  for (const name of Object.keys(options)) {
    if (!KNOWN.has(name)) throw invalid(`there is no option ${name.slice(0, 40)}`)
  }
  const { allow, loopback = [], ca, contentTypes, lookup = systemLookup } = options
  if (allow !== 'public' && !isTexts(allow)) throw invalid("allow must be 'public' or a list of host names")
  if (!isTexts(loopback)) throw invalid('loopback must be a list of origins')
  const authorities = typeof ca === 'string' ? [ca] : ca
  if (authorities !== undefined && !(isTexts(authorities) && authorities.length > 0 && authorities.every(isPem))) {
    throw invalid('ca must be one or more certificates in PEM')
  }
  if (contentTypes !== undefined && !(isTexts(contentTypes) && contentTypes.every((type) => MEDIA_TYPE.test(type)))) {
    throw invalid('contentTypes must be a list of lowercase media types without parameters')
  }
  if (typeof lookup !== 'function') throw invalid('lookup must be a function')
  return {
    allow,
    loopback,
    ca: authorities,
    maxBytes: whole('maxBytes', options.maxBytes ?? 1_048_576, 1_073_741_824),
    deadlineMs: whole('deadlineMs', options.deadlineMs ?? 10_000, 120_000),
    maxConcurrent: whole('maxConcurrent', options.maxConcurrent ?? 64, 1_024),
    contentTypes: contentTypes && new Set(contentTypes),
    lookup,
  }
}

export function invalid(reason: string): RingfenceError {
  return new RingfenceError('option_invalid', `createEgress: ${reason}`)
}

function whole(name: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value
  throw invalid(`${name} must be a whole number from 1 to ${most}`)
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= 1_000 && value.every((text) => typeof text === 'string')
}

function isPem(text: string): boolean {
  return text.trimStart().startsWith('-----BEGIN CERTIFICATE-----')
}

const MEDIA_TYPE = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/
const KNOWN: ReadonlySet<string> = new Set<keyof EgressOptions>([
  'allow',
  'loopback',
  'ca',
  'maxBytes',
  'deadlineMs',
  'maxConcurrent',
  'contentTypes',
  'lookup',
])
