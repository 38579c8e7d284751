import type { GuardRequest } from '@ringfence/guard'

/** Counts per endpoint, over all callers: method and route pattern, e.g. `POST /v1/orders`. */
export function byRoute(request: GuardRequest): string {
  return request.route
}
