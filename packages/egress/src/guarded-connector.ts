import { isIP, type LookupFunction } from 'node:net'
import { buildConnector } from 'undici'
import { denied, failed } from './denied.ts'

/** Why an address must not be dialled, or undefined. */
export type Complaint = (address: string) => string | undefined

/** What the connector needs to know. */
export interface ConnectorOptions {
  readonly complaint: Complaint
  readonly lookup: LookupFunction
  readonly ca: readonly string[] | undefined
  readonly timeoutMs: number
}

/**
 * A connector that checks the addresses it dials, not the name it was given: what a name resolved to a moment ago
 * proves nothing. Names are resolved, checked (every address of the answer) and dialled in one step; literals, for
 * which no lookup happens, are checked before; the socket's own remote address is checked before the first byte.
 * TLS is 1.3 (RFC 8446) or nothing, and certificates are always verified, whatever the environment says.
 */
export function guardedConnector(options: ConnectorOptions): buildConnector.connector {
  const dial = buildConnector({
    minVersion: 'TLSv1.3', // here: given to an Agent beside a connector it would be ignored
    rejectUnauthorized: true, // explicit, so that NODE_TLS_REJECT_UNAUTHORIZED=0 has no say
    allowH2: false,
    maxCachedSessions: 0, // a resumed session would skip the certificate
    timeout: options.timeoutMs,
    lookup: checkedLookup(options),
    ...(options.ca !== undefined && { ca: [...options.ca] }),
  })
  return (target, done) => {
    const origin = `${target.protocol}//${target.host ?? target.hostname}`
    const host = target.hostname.replace(/^\[|\]$/g, '')
    const literal = isIP(host) === 0 ? undefined : options.complaint(host)
    if (literal !== undefined) return done(denied(origin, literal), null)
    dial(target, (error, socket) => {
      if (error !== null) return done(error, null)
      const { remoteAddress } = socket
      const wrong = remoteAddress === undefined ? 'the connection has no address' : options.complaint(remoteAddress)
      if (wrong === undefined) return done(null, socket)
      socket.destroy()
      done(denied(origin, wrong), null)
    })
  }
}

/** Asks for all addresses and refuses the whole answer for one bad address: which one is dialled is not ours to say. */
function checkedLookup({ lookup, complaint }: ConnectorOptions): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, answer) => {
      const list = error === null && Array.isArray(answer) ? answer : []
      const first = list[0]
      const wrong = list.map(({ address }) => complaint(address)).find((text) => text !== undefined)
      if (first === undefined) done(failed(hostname, `the name does not resolve${codeOf(error)}`), [])
      else if (wrong !== undefined) done(denied(hostname, wrong), [])
      else if (options.all === true) done(null, list)
      else done(null, first.address, first.family)
    })
  }
}

function codeOf(error: NodeJS.ErrnoException | null): string {
  return error?.code !== undefined && /^[A-Z_]{1,32}$/.test(error.code) ? ` (${error.code})` : ''
}
