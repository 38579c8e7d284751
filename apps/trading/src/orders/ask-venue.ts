import { refuse } from '@ringfence/guard'
import type { Desk } from './desk.ts'

/**
 * Asks the venue within a deadline. Undefined means that it gave no answer, and that nobody knows what happened.
 */
export async function askVenue<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined)
      controller.abort()
    }, VENUE_MS)
  })
  try {
    return await Promise.race([ask(controller.signal), late])
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
  }
}

/** Runs one conversation about an order, after those already under way. Refuses when too many orders are busy. */
export async function exclusively<T>(desk: Desk, orderId: string, talk: () => Promise<T>): Promise<T> {
  while (desk.busy.has(orderId)) await desk.busy.get(orderId)
  if (desk.busy.size >= MAX_BUSY) refuse('dependency_unavailable', { internal: 'too many orders wait for the venue' })
  const talking = talk()
  desk.busy.set(
    orderId,
    talking.then(
      () => desk.busy.delete(orderId),
      () => desk.busy.delete(orderId),
    ),
  )
  return talking
}

/** How long the venue may take for one answer (ms): well within the time a stopping process grants. */
const VENUE_MS = 5_000

/** Orders that may wait for the venue at once. */
export const MAX_BUSY = 256
