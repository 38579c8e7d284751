/** Who is told how a stop went, before the process ends. */
export interface StopReport {
  stopped(): void
  failed(error: unknown): void
}

/**
 * On SIGTERM or SIGINT closes, then ends the process: with exit code 0, or 1 if closing failed. A second signal of the
 * same kind ends it at once.
 *
 * @example
 * ```ts
 * stopOnSignal(() => stopServer(server), { stopped: () => log.info('stopped'), failed: (error) => log.fatal(error) })
 * ```
 */
export function stopOnSignal(close: () => Promise<void>, report: StopReport): void {
  const stop = async (): Promise<void> => {
    try {
      await close()
      report.stopped()
      process.exit(0)
    } catch (error) {
      report.failed(error)
      process.exit(1)
    }
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop())
}
