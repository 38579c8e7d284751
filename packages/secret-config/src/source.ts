import type { Problem } from './problem.ts'

/** A place that variables come from. Made by `environment`, `envFile` and `mountedDirectory`. */
export interface Source {
  /** How problems name it. */
  readonly name: string
  /** Development only: in production its mere presence is a problem. */
  readonly developmentOnly?: boolean
  /** Reads the wanted variables, all of one moment. */
  read(wanted: ReadonlySet<string>): Reading
  /** Called after a successful load with the variables that hold secrets, so that the source can drop them. */
  forget?(names: readonly string[]): void
}

/** What a source holds. */
export interface Reading {
  /** False when the source does not exist, such as a `.env` that nobody wrote. */
  readonly present: boolean
  /** Every name in the source, wanted or not: a misspelt one is noticed. */
  readonly names: readonly string[]
  /** Values of the wanted names; `source` is more precise than the source's name where that helps. */
  readonly values: ReadonlyMap<string, { readonly value: string; readonly source: string }>
  readonly problems: readonly Problem[]
}

/** A variable name: capital letters, digits and underscores. */
export const VARIABLE_NAME: RegExp = /^[A-Z][A-Z0-9_]{0,63}$/
