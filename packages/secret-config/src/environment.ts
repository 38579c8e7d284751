import type { Reading, Source } from './source.ts'
import { VARIABLE_NAME } from './source.ts'

/** Options of {@link environment}. */
export interface EnvironmentOptions {
  /** Instead of the real environment, for tests and for a parent that prepares its children. */
  readonly variables?: Record<string, string | undefined>
  /**
   * Delete variables that turned out to hold secrets once they are loaded, and keep the environment out of diagnostic
   * reports: child processes, workers and reports then no longer see them. The kernel's copy in /proc/PID/environ stays.
   */
  readonly scrub?: boolean
}

/**
 * The process environment as a source. Together with {@link isProduction} the only reader of `process.env`.
 *
 * @example
 * ```ts
 * loadConfig(schema, { sources: [environment({ scrub: true })] })
 * ```
 */
export function environment(options: EnvironmentOptions = {}): Source {
  const variables = options.variables ?? process.env
  const name = 'environment'
  return {
    name,
    read(wanted): Reading {
      const names = Object.keys(variables).filter((key) => VARIABLE_NAME.test(key))
      const values = new Map<string, { value: string; source: string }>()
      for (const key of names) {
        const value = variables[key]
        if (value !== undefined && wanted.has(key)) values.set(key, { value, source: name })
      }
      return { present: true, names, values, problems: [] }
    },
    forget(names): void {
      if (options.scrub !== true) return
      for (const key of names) delete variables[key]
      if (variables === process.env) process.report.excludeEnv = true
    },
  }
}

/** Everything but `NODE_ENV=development` is production: forgetting to say so must not weaken anything. */
export function isProduction(variables: Record<string, string | undefined> = process.env): boolean {
  return variables['NODE_ENV'] !== 'development'
}
