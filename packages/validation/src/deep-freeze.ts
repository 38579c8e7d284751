/** Freezes plain objects and arrays all the way down and returns the value. Other objects, made by transforms, stay. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    for (const item of value) deepFreeze(item)
    return Object.freeze(value)
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return value
  for (const key in value) deepFreeze(value[key])
  return Object.freeze(value)
}
