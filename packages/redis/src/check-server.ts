import { RingfenceError } from '@ringfence/errors'
import { unavailable } from './reply.ts'

/**
 * Looks at `INFO memory replication cluster` and throws unless the server can be trusted with nonces, sessions and limits:
 * a master whose `maxmemory-policy` is `noeviction`. Any other policy may drop a live nonce, and a replay would pass.
 */
export function checkServer(info: unknown): { readonly clustered: boolean } {
  if (typeof info !== 'string') throw unavailable('it does not answer INFO with text')
  const policy = /^maxmemory_policy:([a-z-]+)\r?$/m.exec(info)?.[1]
  if (policy !== 'noeviction') {
    throw new RingfenceError(
      'redis_unsafe',
      `Redis may forget: its maxmemory-policy is ${policy ?? 'not shown by INFO'}; run CONFIG SET maxmemory-policy noeviction`,
    )
  }
  const role = /^role:([a-z]+)\r?$/m.exec(info)?.[1]
  if (role !== 'master') throw unavailable('the server is not a master')
  return { clustered: /^cluster_enabled:1\r?$/m.test(info) }
}
