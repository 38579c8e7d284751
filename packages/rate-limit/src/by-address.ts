import type { GuardRequest } from '@ringfence/guard'
import { addressGroup } from '@ringfence/ip-address'
import type { KeyFunction } from './policy.ts'

export interface ByAddressOptions {
  /** The client's address; default: the socket's peer. Behind a proxy pass `clientAddress` with its trusted networks. */
  readonly address?: (request: GuardRequest) => string
  /** Bits of an IPv6 address that stand for one subscriber (default 64, who has at least that much). */
  readonly v6Prefix?: number
}

/**
 * Counts per client address and entry, over all endpoints: for the check before authentication, which must cost little
 * and burn nobody's quota. Every spelling of an address counts as one (`::ffff:192.0.2.7` is `192.0.2.7`).
 *
 * @throws {RingfenceError} `option_invalid`
 */
export function byAddress(options: ByAddressOptions = {}): KeyFunction<{}> {
  const { address = (request) => request.peer.address, v6Prefix = 64 } = options
  const group = { v6Prefix }
  addressGroup('::1', group)
  return (request) => [addressGroup(address(request), group), request.peer.entry]
}
