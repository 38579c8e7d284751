import { RingfenceError } from '@ringfence/errors'
import { isScopeToken } from './parse-scope.ts'

/** Which scopes a broad one implies, e.g. `{ 'tools:admin': ['tools:read', 'tools:write'] }`. */
export type ScopeHierarchy = { readonly [broad: string]: readonly string[] }

/**
 * Answers a function that adds every implied scope, through any number of steps, to those granted. MCP asks servers to
 * respect such hierarchies; nothing is implied that is not written down.
 */
export function scopeHierarchy(hierarchy: ScopeHierarchy): (granted: readonly string[]) => readonly string[] {
  const implied = new Map(Object.entries(hierarchy))
  const names = [...implied].flat(2)
  if (!names.every(isScopeToken)) {
    throw new RingfenceError('option_invalid', 'scopeHierarchy: every scope is one RFC 6749 scope token')
  }
  return (granted) => {
    // A set is walked in insertion order, and what is added on the way is walked too; a cycle adds nothing new.
    const scopes = new Set(granted)
    for (const scope of scopes) for (const narrow of implied.get(scope) ?? []) scopes.add(narrow)
    return [...scopes]
  }
}
