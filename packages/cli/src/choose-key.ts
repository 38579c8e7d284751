import { Failure } from './command.ts'
import type { OperatorKey } from './operator-config.ts'

/**
 * The key with the wanted id or label; of several, and without one, the first that can do it: reading takes a read key,
 * everything else and every session a trade key.
 */
export function chooseKey(
  keys: readonly OperatorKey[],
  wanted: string | undefined,
  request: { readonly method: string; readonly path: string },
): OperatorKey {
  const reads = request.method === 'GET' && !request.path.startsWith('/v1/sessions')
  const scope = reads ? 'read' : 'trade'
  const able = (key: OperatorKey): boolean => key.scope === scope
  const labelled = keys.filter(({ label }) => label === wanted)
  const found =
    wanted === undefined
      ? keys.find(able)
      : (keys.find(({ id }) => id === wanted) ?? labelled.find(able) ?? labelled[0])
  if (found !== undefined) return found
  const missing = wanted === undefined ? `no ${scope} key` : 'no key with that id or label'
  throw new Failure(
    `TRADING_API_KEYS has ${missing}; it has ${keys.map(({ id, scope: one }) => `${id} (${one})`).join(', ')}`,
  )
}
