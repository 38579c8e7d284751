import { parseAddress } from '@ringfence/ip-address'

/**
 * The one spelling of a local `address:port`, or undefined if it is none. `request.peer.entry` has no brackets around IPv6,
 * and a mapped address on a listener that serves both families; key records have brackets.
 *
 * @example
 * ```ts
 * canonicalEntry('[0:0::1]:7101') // ::1:7101
 * canonicalEntry('::ffff:127.0.0.2:7101') // 127.0.0.2:7101
 * ```
 */
export function canonicalEntry(text: string): string | undefined {
  const [, address, port] = ENTRY.exec(text) ?? []
  if (address === undefined || Number(port) > 65_535) return undefined
  try {
    return `${parseAddress(address.startsWith('[') ? address.slice(1, -1) : address).text}:${port}`
  } catch {
    return undefined
  }
}

const ENTRY = /^(\[[0-9a-f:.]+\]|[0-9a-f:.]+):([1-9][0-9]{0,4})$/i
