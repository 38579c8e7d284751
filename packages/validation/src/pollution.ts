/** True while somebody's assignment made every object of this process inherit an enumerable property. */
export function isPolluted(): boolean {
  for (const _ in BARE) return true
  return false
}

const BARE: object = {}
