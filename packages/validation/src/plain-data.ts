/**
 * Says whether a value is plain data as JSON could have made it: objects that inherit from nothing but
 * `Object.prototype`, arrays without extras, no symbols, nothing hidden, no cycles. Reads no inherited property.
 */
export function isPlainData(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (depth === MOST_DEPTH) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  const keys = Reflect.ownKeys(value)
  if (Array.isArray(value)) {
    // Every index and `length`: no hole that a polluted Array.prototype could fill, no further property.
    if (prototype !== Array.prototype || keys.length !== value.length + 1) return false
    for (let i = 0; i < value.length; i++) {
      if (!Object.hasOwn(value, i) || !isPlainData(value[i], depth + 1)) return false
    }
    return true
  }
  if (prototype !== Object.prototype && prototype !== null) return false
  for (const key of keys) {
    if (typeof key !== 'string' || !Object.prototype.propertyIsEnumerable.call(value, key)) return false
    if (!isPlainData((value as Record<string, unknown>)[key], depth + 1)) return false
  }
  return true
}

/** A copy whose objects inherit nothing, for the time while prototypes are polluted. */
export function withoutPrototypes(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withoutPrototypes)
  const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  for (const key of Object.keys(value)) copy[key] = withoutPrototypes((value as Record<string, unknown>)[key])
  return copy
}

const MOST_DEPTH = 256
