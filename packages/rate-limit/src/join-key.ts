/**
 * Joins the parts of a key with their lengths in front, so that different parts never make the same text:
 * `['ab', 'c']` is `2:ab1:c` and `['a', 'bc']` is `1:a2:bc`.
 */
export function joinKey(parts: readonly string[]): string {
  let key = ''
  for (const part of parts) key += `${part.length}:${part}`
  return key
}
