import type { CidrSet } from './cidr-set.ts'
import { forwardedNodes } from './forwarded-nodes.ts'
import type { IpAddress } from './ip-address.ts'
import { readAddress } from './parse-address.ts'

/** The one header that the trusted proxies set, with every value in arrival order (`request.header(name)`). */
export interface ForwardedHeader {
  /**
   * `x-forwarded-for`: a list of plain addresses. `forwarded`: RFC 7239. `cf-connecting-ip`: exactly one address.
   * Name only the header that your proxy writes itself: it passes the others on as the client sent them.
   */
  readonly name: 'x-forwarded-for' | 'forwarded' | 'cf-connecting-ip'
  readonly values: readonly string[]
}

/** Who the client is, or why nobody can say: then deny. */
export type ClientAddress =
  | { readonly ok: true; readonly address: IpAddress /** True if a proxy said so. */; readonly forwarded: boolean }
  | { readonly ok: false; readonly reason: ClientAddressProblem }

/** `peer_invalid`: the socket has no (usable) address. The others: a trusted proxy sent something that is not one. */
export type ClientAddressProblem = 'peer_invalid' | 'forwarded_invalid' | 'forwarded_too_long'

/**
 * Finds the client's address. From a peer that is not a trusted proxy the header is ignored. From a trusted one it is
 * walked from the right, where each entry was written by the proxy just passed, until an address that is not a trusted
 * proxy: that is the client, and what stands to its left is hearsay that is not even read. Anything unreadable on the
 * way ends in a refusal, never in a guess. Without the header, or when every entry is trusted, the farthest known
 * address answers. At most 4,096 characters and 32 entries are looked at.
 *
 * Never throws for what a client or proxy sends.
 *
 * @param peer the remote address of the socket; undefined when it is already gone
 * @param trustedProxies their addresses as CIDR blocks, never a count of hops
 *
 * @example
 * ```ts
 * const proxies = cidrSet(['10.0.0.0/8'])
 * const header = { name: 'x-forwarded-for', values: ['6.6.6.6, 192.0.2.7, 10.0.0.2'] } as const
 * clientAddress('10.0.0.1', header, proxies) // { ok: true, address: 192.0.2.7, forwarded: true }
 * clientAddress('192.0.2.9', header, proxies) // { ok: true, address: 192.0.2.9, forwarded: false }
 * ```
 */
export function clientAddress(
  peer: string | undefined,
  forwarded: ForwardedHeader | undefined,
  trustedProxies: CidrSet,
): ClientAddress {
  const socket = readAddress(peer)
  if (socket === undefined) return refusal('peer_invalid')
  const values = forwarded?.values ?? []
  if (forwarded === undefined || values.length === 0 || !trustedProxies.contains(socket)) {
    return { ok: true, address: socket, forwarded: false }
  }
  if (values.reduce((sum, value) => sum + value.length, 0) > MOST_CHARACTERS) return refusal('forwarded_too_long')
  const entries = READERS[forwarded.name](values)
  if (entries === undefined) return refusal('forwarded_invalid')
  return walk(entries, trustedProxies)
}

/** From the right to the first address that is not a trusted proxy. */
function walk(entries: readonly (string | undefined)[], trustedProxies: CidrSet): ClientAddress {
  const stop = Math.max(0, entries.length - MOST_ENTRIES)
  let address: IpAddress | undefined
  for (let i = entries.length - 1; i >= stop; i--) {
    address = readAddress(entries[i])
    if (address === undefined) return refusal('forwarded_invalid')
    if (!trustedProxies.contains(address)) return { ok: true, address, forwarded: true }
  }
  if (stop > 0 || address === undefined) return refusal('forwarded_too_long')
  return { ok: true, address, forwarded: true }
}

function refusal(reason: ClientAddressProblem): ClientAddress {
  return { ok: false, reason }
}

type Reader = (values: readonly string[]) => readonly (string | undefined)[] | undefined

/** Several field lines are one list (RFC 9110 section 5.3). */
const READERS: Readonly<Record<ForwardedHeader['name'], Reader>> = {
  'x-forwarded-for': (values) => values.flatMap((value) => value.split(',')).map(withoutSpace),
  forwarded: (values) => forwardedNodes(values.join(',')),
  'cf-connecting-ip': (values) => (values.length === 1 ? values : undefined),
}

/** Optional white space is a space or a tab (RFC 9110 section 5.6.3), nothing that Unicode calls so. */
function withoutSpace(entry: string): string {
  let start = 0
  let end = entry.length
  while (start < end && (entry[start] === ' ' || entry[start] === '\t')) start++
  while (end > start && (entry[end - 1] === ' ' || entry[end - 1] === '\t')) end--
  return entry.slice(start, end)
}

const MOST_CHARACTERS = 4_096
const MOST_ENTRIES = 32
