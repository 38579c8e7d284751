import type { ConnectionOptions } from 'node:tls'
import { isIP } from 'node:net'
import { RingfenceError } from '@ringfence/errors'

/** What may be said about TLS beyond the URL's `rediss:`. TLS 1.3 and certificate checks are not negotiable. */
export type RedisTls = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername'>

/** A Redis URL taken apart. It holds the password: never log it. */
export interface RedisAddress {
  readonly socket:
    | { readonly path: string; readonly tls: false }
    | { readonly host: string; readonly port: number; readonly tls: false }
    | (RedisTls & {
        readonly host: string
        readonly port: number
        readonly tls: true
        readonly minVersion: 'TLSv1.3'
        readonly rejectUnauthorized: true
      })
  readonly username: string | undefined
  readonly password: string | undefined
  readonly database: number
}

/**
 * Takes `redis://`, `rediss://` or `unix:///path` apart, with ACL user, password and `/database`.
 *
 * Beyond loopback only `rediss:` is accepted (policy TR-20). No error repeats any part of the URL: it holds a password.
 *
 * @param plaintextAnywhere accept `redis:` to any host; only the `/unsafe` subpath can ask for it
 */
export function redisUrl(url: string, tls: RedisTls = {}, plaintextAnywhere = false): RedisAddress {
  const parsed = URL.canParse(url)
    ? new URL(url)
    : fail('the URL is not one: write redis://, rediss:// or unix:///path')
  const credentials = {
    username: decoded(parsed.username) || undefined,
    password: decoded(parsed.password) || undefined,
  }
  if (credentials.username !== undefined && credentials.password === undefined)
    fail('the URL names a user but no password')
  if (parsed.hash !== '') fail('the URL has a fragment: percent-encode # in a password')
  if (parsed.protocol === 'unix:') {
    // A URL with a user needs a host, so unix://user:password@localhost/path is let through.
    const here = parsed.hostname === '' || parsed.hostname === 'localhost'
    if (!here || parsed.port !== '' || parsed.search !== '' || parsed.pathname.length < 2)
      fail('write unix:///path/of/the.sock')
    return { socket: { path: decoded(parsed.pathname), tls: false }, ...credentials, database: 0 }
  }
  if (parsed.search !== '') fail('the URL has a query: options go into the options')
  const database = /^\/?$/.test(parsed.pathname)
    ? 0
    : Number(/^\/(\d{1,4})$/.exec(parsed.pathname)?.[1] ?? fail('the path of the URL is not a database number'))
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1') || fail('the URL has no host')
  const port = parsed.port === '' ? 6379 : Number(parsed.port)
  if (parsed.protocol === 'rediss:') {
    const socket = { ...tls, host, port, tls: true, minVersion: 'TLSv1.3', rejectUnauthorized: true } as const
    return { socket, ...credentials, database }
  }
  if (parsed.protocol !== 'redis:') fail('the URL is not redis:, rediss: or unix:')
  if (!plaintextAnywhere && !isLoopback(host)) fail('beyond loopback the connection has to be encrypted: write rediss:')
  return { socket: { host, port, tls: false }, ...credentials, database }
}

/** The same way in, credentials and TLS, to another node of the cluster. */
export function atNode(address: RedisAddress, host: string, port: number): RedisAddress {
  const { socket } = address
  return { ...address, socket: socket.tls ? { ...socket, host, port } : { host, port, tls: false } }
}

function fail(why: string): never {
  throw new RingfenceError('option_invalid', `connectRedis: ${why}`)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return fail('the URL has a percent sign that encodes nothing')
  }
}

/** Does this host name or address stay on the machine? */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
