import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { TrailHead } from '../store/trail.ts'

/**
 * The heads of the trail that an app has logged. Lines of any other kind are passed over.
 *
 * @param paths of logs, as the app wrote them: one JSON object a line
 */
export async function loggedHeads(paths: readonly string[]): Promise<TrailHead[]> {
  const heads: TrailHead[] = []
  for (const path of paths) {
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      const head = line.includes('"trail.head"') ? headOf(line) : undefined
      if (head !== undefined) heads.push(head)
    }
  }
  return heads
}

function headOf(line: string): TrailHead | undefined {
  try {
    const { event, seq, mac } = JSON.parse(line) as Record<string, unknown>
    const fits = event === 'trail.head' && typeof seq === 'number' && typeof mac === 'string'
    return fits ? { seq, mac } : undefined
  } catch {
    return undefined
  }
}
