import { isIPv4 } from 'node:net'

/** True for 127.0.0.0/8 and ::1 in canonical spelling. Names are not loopback: somebody else may resolve them. */
export function isLoopback(address: string): boolean {
  return address === '::1' || (isIPv4(address) && address.startsWith('127.'))
}
