import { PLAINTEXT } from './plaintext.ts'

/**
 * Accepts `redis:` beyond loopback: passwords, sessions and nonces then cross the network in the clear (against TR-20).
 *
 * @deprecated Unsafe. For tests against a container; lint refuses it elsewhere.
 *
 * @example
 * ```ts
 * await connectRedis({ url: 'redis://redis:6379', [plaintextAnywhere]: true })
 * ```
 */
export const plaintextAnywhere: typeof PLAINTEXT = PLAINTEXT
