import { createHmac } from 'node:crypto'
import type { RevocationStore } from '@ringfence/oauth-auth'
import { redisRevocations } from '@ringfence/oauth-auth/redis'
import type { Store } from '@ringfence/rate-limit'
import { redisStore } from '@ringfence/rate-limit/redis'
import type { Redis } from '@ringfence/redis'

/** What replicas share. */
export interface SharedStores {
  readonly revocations: RevocationStore
  readonly limits: Store
}

/**
 * Revocations and limits in Redis, for any number of replicas.
 *
 * @param fingerprintKey addresses and callers that are counted reach Redis only as fingerprints, under a key derived for
 * that alone; tokens as the fingerprints under which they are revoked
 */
export function sharedStores(redis: Redis, fingerprintKey: string): SharedStores {
  const secret = createHmac('sha256', fingerprintKey).update('ringfence tools limits v1').digest()
  return {
    revocations: redisRevocations({ redis, prefix: `${PREFIX}:revoked:` }),
    limits: redisStore({ redis, prefix: `${PREFIX}:limits`, secret }),
  }
}

/** Apart from whatever else lives in the same Redis. */
const PREFIX = 'rf:tools'
