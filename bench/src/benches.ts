import type { Bench } from './bench.ts'
import { hmacAuthBench } from './hmac-auth.ts'
import { hmacTiming } from './hmac-timing.ts'
import { oauthAuth } from './oauth-auth.ts'
import { pipeline } from './pipeline/pipeline.ts'
import { rateLimit } from './rate-limit.ts'
import { validation } from './validation.ts'

export const BENCHES: Readonly<Record<string, Bench>> = {
  'hmac-auth': hmacAuthBench,
  'hmac-timing': hmacTiming,
  'oauth-auth': oauthAuth,
  pipeline,
  'rate-limit': rateLimit,
  validation,
}
