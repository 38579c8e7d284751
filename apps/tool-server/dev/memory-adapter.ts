import type { Adapter, AdapterPayload } from 'oidc-provider'

/**
 * Where the development server keeps the tokens it has issued: in this process, the newest 1,000 of them. There is no
 * user, no grant and no session, only clients with credentials of their own.
 */
export function memoryAdapter(): Adapter {
  const entries = new Map<string, { readonly payload: AdapterPayload; readonly until: number }>()
  const nothing = (): Promise<undefined> => Promise.resolve(undefined)
  return {
    upsert(id, payload, expiresIn = 0) {
      entries.set(id, { payload, until: Date.now() + expiresIn * 1_000 })
      if (entries.size > MAX_ENTRIES) entries.delete(entries.keys().next().value!)
      return nothing()
    },
    find(id) {
      const entry = entries.get(id)
      return Promise.resolve(entry !== undefined && entry.until > Date.now() ? entry.payload : undefined)
    },
    destroy(id) {
      entries.delete(id)
      return nothing()
    },
    consume: nothing,
    findByUid: nothing,
    findByUserCode: nothing,
    revokeByGrantId: nothing,
  }
}

const MAX_ENTRIES = 1_000
