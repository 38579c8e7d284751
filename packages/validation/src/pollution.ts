/** True while somebody's assignment made every object or every array of this process inherit an enumerable property. */
export function isPolluted(): boolean {
  for (const _ in OBJECT) return true
  // Array.prototype hides from for-in what Object.prototype has under one of its names, and has names of its own.
  for (const _ in LIST) return true
  return false
}

const OBJECT: object = {}
const LIST: object = []
