/** The option that only `@ringfence/redis/unsafe` hands out. */
export const PLAINTEXT: unique symbol = Symbol('plaintext anywhere')
