/** How a call ended and how long it took (ms). */
export interface Timed<T> {
  readonly value?: T
  readonly error?: unknown
  readonly elapsed: number
  /** `elapsed` without the time in which the machine did not let this process run: a beat every 5 ms shows the gaps. */
  readonly ms: number
}

/** Runs a call and times it. */
export async function timed<T>(call: () => T | Promise<T>): Promise<Timed<T>> {
  const started = performance.now()
  let lost = 0
  let last = started
  const beat = (): void => {
    const now = performance.now()
    if (now - last > 15) lost += now - last - 5
    last = now
  }
  const timer = setInterval(beat, 5)
  try {
    const value = await call()
    beat()
    return { value, elapsed: last - started, ms: last - started - lost }
  } catch (error) {
    beat()
    return { error, elapsed: last - started, ms: last - started - lost }
  } finally {
    clearInterval(timer)
  }
}
