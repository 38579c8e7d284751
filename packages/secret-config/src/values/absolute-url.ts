import { z } from 'zod'
import { isLoopback } from '../is-loopback.ts'
import { Secret } from '../secret.ts'

/** Which URLs are acceptable. */
export interface UrlOptions {
  /** Schemes with their colon, such as `['https:']`. */
  readonly schemes: readonly string[]
  /** Schemes that are acceptable too when the host is a loopback address or `localhost`, such as `['http:']`. */
  readonly loopbackSchemes?: readonly string[]
}

/**
 * A schema for an absolute URL without user name, password or fragment; text in, the same text out.
 *
 * @example
 * ```ts
 * z.object({ TOOLS_OAUTH_ISSUER: absoluteUrl({ schemes: ['https:'], loopbackSchemes: production ? [] : ['http:'] }) })
 * ```
 */
export function absoluteUrl(options: UrlOptions): z.ZodType<string, string> {
  return z
    .string()
    .refine((text) => isAcceptable(text, options, false))
    .describe(describeUrl(options, ' without user name, password or fragment'))
}

/** As {@link absoluteUrl}, but the URL may carry credentials and is therefore a {@link Secret} as a whole. */
export function secretUrl(options: UrlOptions): z.ZodType<Secret, string> {
  return z
    .string()
    .refine((text) => isAcceptable(text, options, true))
    .transform((text) => new Secret(text))
    .describe(describeUrl(options, ''))
}

function isAcceptable(text: string, options: UrlOptions, credentials: boolean): boolean {
  // The URL parser drops or repairs these: what was checked would not be what is used.
  if (/[\s\p{Cc}\\]/u.test(text)) return false
  const url = URL.parse(text)
  if (url === null || url.hash !== '' || text.endsWith('#')) return false
  // Likewise `https:host` and `https:///host`.
  if (url.host === '' || !text.startsWith(`${url.protocol}//`) || text.startsWith(`${url.protocol}///`)) return false
  if (!credentials && (url.username !== '' || url.password !== '' || text.includes('@'))) return false
  if (options.schemes.includes(url.protocol)) return true
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return (options.loopbackSchemes ?? []).includes(url.protocol) && (host === 'localhost' || isLoopback(host))
}

function describeUrl({ schemes, loopbackSchemes = [] }: UrlOptions, without: string): string {
  const local = loopbackSchemes.length === 0 ? '' : `, or ${loopbackSchemes.join(' or ')} on loopback`
  return `an absolute URL with ${schemes.join(' or ')}${local}${without}`
}
