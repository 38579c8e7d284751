import { readFileSync } from 'node:fs'

/** Reads a file of published test values; see README.md beside them. */
export function vectors(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8'))
}
