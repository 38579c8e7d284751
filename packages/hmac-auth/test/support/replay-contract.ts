import { randomBytes } from 'node:crypto'
import type { ReplayEntry, ReplayStore } from '@ringfence/guard'
import { describe, expect, test } from 'vitest'

/** A store to judge that has remembered for a while, and the time it goes by. */
export interface ReplaySubject {
  readonly store: ReplayStore
  /** A second process on the same content; the same store if there can be none. */
  readonly elsewhere: ReplayStore
  readonly now: () => number
}

/** What every replay store has to do. */
export function replayContract(name: string, make: () => Promise<ReplaySubject> | ReplaySubject): void {
  const entryAt = (now: number, change: Partial<ReplayEntry> = {}): ReplayEntry => {
    const createdAt = Math.floor(now / 1_000) * 1_000
    const nonce = randomBytes(16).toString('base64url')
    return { keyId: 'rfk_a', nonce, createdAt, expiresAt: createdAt + 7_000, ...change }
  }

  describe(`${name}: nonces`, () => {
    test('of concurrent equal entries exactly one is fresh, wherever they are asked', async () => {
      const { store, elsewhere, now } = await make()
      const one = entryAt(now())
      const verdicts = await Promise.all(
        Array.from({ length: 100 }, async (_, i) => (i % 2 === 0 ? store : elsewhere).consume(one)),
      )
      expect(verdicts.toSorted()).toEqual(['fresh', ...Array.from({ length: 99 }, () => 'replayed')])
    })

    test('a nonce is fresh once per key, whatever time its copy claims', async () => {
      const { store, elsewhere, now } = await make()
      const one = entryAt(now())
      expect(await store.consume(one)).toBe('fresh')
      expect(await elsewhere.consume({ ...one, keyId: 'rfk_b' })).toBe('fresh')
      expect(await elsewhere.consume({ ...one, createdAt: one.createdAt + 1_000 })).toBe('replayed')
      expect(await elsewhere.consume({ ...one, expiresAt: one.expiresAt + 1_000 })).toBe('replayed')
    })

    test('key and nonce cannot be shifted into each other', async () => {
      const { store, now } = await make()
      const one = entryAt(now())
      expect(await store.consume({ ...one, keyId: 'rfk_ab', nonce: `c${one.nonce}` })).toBe('fresh')
      expect(await store.consume({ ...one, keyId: 'rfk_abc', nonce: one.nonce })).toBe('fresh')
    })

    test('what was made before the store began to remember is refused, and so is a time that is none', async () => {
      const { store, now } = await make()
      const long = now() - 86_400_000
      expect(await store.consume(entryAt(now(), { createdAt: long }))).toBe('before_epoch')
      for (const createdAt of [NaN, -Infinity]) {
        const verdict = (async () => store.consume(entryAt(now(), { createdAt })))()
        expect(await verdict.catch(() => 'refused')).toMatch(/^(?:before_epoch|refused)$/)
      }
    })
  })
}
