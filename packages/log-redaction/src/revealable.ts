/** A wrapper that hands its value to a callback only, such as `Secret` of `@ringfence/secret-config`. */
export interface Revealable {
  use<R>(reveal: (value: string | Uint8Array) => R): R
}

/** The bytes of a secret: text as UTF-8. */
export function secretBytes(secret: string | Uint8Array | Revealable): Buffer {
  if (typeof secret === 'string') return Buffer.from(secret, 'utf8')
  if (secret instanceof Uint8Array) return Buffer.from(secret)
  return secret.use((value) => (typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value)))
}
