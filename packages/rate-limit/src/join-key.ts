import type { KeyParts } from './policy.ts'

/**
 * Joins the parts of a key with their lengths in front, so that different parts never make the same key:
 * `['ab', 'c']` is `2:ab1:c` and `['a', 'bc']` is `1:a2:bc`.
 */
export function joinKey(parts: KeyParts): string {
  if (typeof parts === 'string') return `${parts.length}:${parts}`
  let key = ''
  for (const part of parts) key += `${part.length}:${part}`
  return key
}
