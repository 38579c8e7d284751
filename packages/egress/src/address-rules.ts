import { cidrSet, isPublicAddress, specialRange } from '@ringfence/ip-address'

/** Which addresses a destination may have. */
export type Destination = 'public' | 'loopback'

/** Why an address may not be dialled for this kind of destination; undefined if it may. */
export function complaint(destination: Destination, address: string): string | undefined {
  if (destination === 'loopback') return isLoopbackAddress(address) ? undefined : 'its address is not loopback'
  if (isPublicAddress(address)) return undefined
  return `its address is not public${reason(address)}`
}

/** True for 127.0.0.0/8 in every mapped spelling, and `::1`. */
function isLoopbackAddress(address: string): boolean {
  try {
    return LOOPBACK.contains(address)
  } catch {
    return false // no address at all
  }
}

/** True for a host, as URLs spell it, that can only be this machine: a loopback address, or `localhost`. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || isLoopbackAddress(hostname.replace(/^\[|\]$/g, ''))
}

function reason(address: string): string {
  try {
    const range = specialRange(address)
    return range === undefined ? '' : ` (${range.name}, ${range.rfc})`
  } catch {
    return ''
  }
}

const LOOPBACK = cidrSet(['127.0.0.0/8', '::1'])
