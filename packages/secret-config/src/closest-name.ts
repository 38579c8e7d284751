/** The known name that is at most two typing mistakes away, if there is one. */
export function closestName(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = MAX_MISTAKES + 1
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > MAX_MISTAKES) continue
    const mistakes = distance(name, candidate)
    if (mistakes < least) [best, least] = [candidate, mistakes]
  }
  return best
}

/** Levenshtein distance, one row at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(swap, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}

const MAX_MISTAKES = 2
