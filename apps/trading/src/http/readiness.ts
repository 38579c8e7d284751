import type { Clock } from '@ringfence/guard'

/** Something that guarded routes cannot do without. Rejects, throws or takes too long while it is down. */
export type Dependency = () => unknown

/**
 * Asks every dependency whether it is up. The answer is kept for a second, so that an open endpoint cannot be used to
 * keep the dependencies busy.
 */
export function createReadiness(dependencies: readonly Dependency[], clock: Clock): () => Promise<boolean> {
  let asked = -Infinity
  let answer: Promise<boolean> = Promise.resolve(false)
  return () => {
    const now = clock.monotonic()
    if (now - asked >= KEEP_MS) {
      asked = now
      answer = allUp(dependencies)
    }
    return answer
  }
}

async function allUp(dependencies: readonly Dependency[]): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), WAIT_MS)
  })
  const asking = Promise.all(dependencies.map(async (ask) => ask())).then(
    () => true,
    () => false,
  )
  const up = await Promise.race([asking, late])
  clearTimeout(timer)
  return up
}

const KEEP_MS = 1_000
const WAIT_MS = 1_000
