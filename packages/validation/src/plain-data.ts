/**
 * Counts the values in plain data as JSON could have made it: objects that inherit from nothing but `Object.prototype`,
 * arrays without holes, at most 256 levels and a million values. Anything else is -1. Like JSON, it sees only own,
 * enumerable properties with a name.
 *
 * @param polluted what {@link isPolluted} answered; for-in then sees inherited names, which do not count
 */
export function plainSize(value: unknown, polluted: boolean, depth = 0): number {
  if (typeof value !== 'object' || value === null) return 1
  if (depth === MOST_DEPTH || !hasPlainPrototype(value)) return -1
  let size = 1
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i]
      // A hole, which a polluted Array.prototype could fill.
      if (!Object.hasOwn(value, i)) return -1
      const inner = isLeaf(item) ? 1 : plainSize(item, polluted, depth + 1)
      if (inner === -1) return -1
      size += inner
    }
  } else {
    for (const key in value) {
      if (polluted && !Object.hasOwn(value, key)) continue
      // JSON.parse makes it an own property, and an assignment elsewhere would make it a prototype.
      if (key === '__proto__') return -1
      const item = (value as Record<string, unknown>)[key]
      const inner = isLeaf(item) ? 1 : plainSize(item, polluted, depth + 1)
      if (inner === -1) return -1
      size += inner
    }
  }
  return size > MOST_VALUES ? -1 : size
}

/** Freezes plain data all the way down and counts its values. Other objects, which transforms make, stay as they are. */
export function freezeData(value: unknown, polluted: boolean): number {
  if (typeof value !== 'object' || value === null || !hasPlainPrototype(value)) return 1
  let size = 1
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) size += isLeaf(item) ? 1 : freezeData(item, polluted)
  } else {
    for (const key in value) {
      if (polluted && !Object.hasOwn(value, key)) continue
      const item = (value as Record<string, unknown>)[key]
      size += isLeaf(item) ? 1 : freezeData(item, polluted)
    }
  }
  Object.freeze(value)
  return size
}

/** A copy of plain data whose objects inherit from `prototype`; null keeps polluted prototypes out of reach. */
export function plainCopy(value: unknown, prototype: object | null): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return Array.from(value, (item) => plainCopy(item, prototype))
  const copy = Object.create(prototype) as object
  for (const key of Object.keys(value)) {
    const item = plainCopy((value as Record<string, unknown>)[key], prototype)
    // Defined, not assigned, and by a descriptor that inherits nothing: a polluted prototype may hold a setter.
    Object.defineProperty(copy, key, { __proto__: null, value: item, enumerable: true } as PropertyDescriptor)
  }
  return copy
}

/** Do two values hold the same own data, whatever their objects inherit? */
export function isSameData(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return Object.is(a, b)
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Reflect.ownKeys(a)
  return (
    keys.length === Reflect.ownKeys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSameData(Reflect.get(a, key), Reflect.get(b, key)))
  )
}

/** No object: nothing inside. */
export function isLeaf(value: unknown): value is string | number | boolean | bigint | symbol | null | undefined {
  return typeof value !== 'object' || value === null
}

/** Does it inherit from nothing but what literals inherit from? */
export function hasPlainPrototype(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null
}

const MOST_DEPTH = 256
export const MOST_VALUES = 1_000_000
