import { readFileSync } from 'node:fs'

/** Reads a JSON file below `test/vectors`. */
export function readVectors(path: string): unknown {
  return JSON.parse(readFileSync(new URL(`../vectors/${path}`, import.meta.url), 'utf8')) as unknown
}
