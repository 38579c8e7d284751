import { createHmac } from 'node:crypto'
import { redisReplayStore, redisSessionStore } from '@ringfence/hmac-auth/redis'
import type { SessionStore } from '@ringfence/hmac-auth/sessions'
import { redisStore } from '@ringfence/rate-limit/redis'
import type { Redis } from '@ringfence/redis'
import type { AppStores } from './create-app.ts'

/**
 * Nonces, sessions and limits in Redis, for any number of processes of this app.
 *
 * @param fingerprintKey addresses and keys that are counted reach Redis only as fingerprints (policy TR-21), under a key
 * derived for that alone
 */
export async function sharedStores(redis: Redis, fingerprintKey: string): Promise<Required<AppStores>> {
  const secret = createHmac('sha256', fingerprintKey).update('ringfence trading limits v1').digest()
  return {
    replay: await redisReplayStore({ redis, prefix: PREFIX }),
    sessions: sharedSessions(redis),
    limits: redisStore({ redis, prefix: `${PREFIX}:limits`, secret }),
  }
}

/** The sessions alone, for the operator's commands. */
export function sharedSessions(redis: Redis): SessionStore {
  return redisSessionStore({ redis, prefix: PREFIX })
}

/** Apart from whatever else lives in the same Redis. */
const PREFIX = 'rf:trading'
