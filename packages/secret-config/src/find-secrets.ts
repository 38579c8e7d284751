import { Secret } from './secret.ts'

/** A secret somewhere in a parsed configuration. */
export interface FoundSecret {
  /** The variable that it came in. */
  readonly name: string
  readonly secret: { use<R>(reveal: (value: string | Uint8Array) => R): R }
}

/** Every secret of a parsed configuration, however deep in lists, records, maps and sets. */
export function findSecrets(config: object | undefined): readonly FoundSecret[] {
  return Object.entries(config ?? {}).flatMap(([name, value]) => within(value).map((secret) => ({ name, secret })))
}

function within(value: unknown, seen = new Set<object>()): FoundSecret['secret'][] {
  if (value instanceof Secret) return [value]
  if (typeof value !== 'object' || value === null || seen.has(value)) return []
  seen.add(value)
  const inner = value instanceof Map || value instanceof Set ? [...value].flat() : Object.values(value)
  return inner.flatMap((one) => within(one, seen))
}
