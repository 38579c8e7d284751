import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What one whole test run showed. */
export interface Evidence {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly tests: readonly EvidenceTest[]
}

/** One test that carries clauses. */
export interface EvidenceTest {
  readonly role: 'proof' | 'control'
  readonly clauses: readonly string[]
  readonly passed: boolean
  /** `project > file > name`, so that a reader finds the test. */
  readonly test: string
}

/** Where the reporter leaves the evidence of the last whole run; ignored by git. */
export const EVIDENCE_FILE: string = join(import.meta.dirname, '../.state/evidence.json')

/** The evidence of the last whole run, or undefined when there was none. */
export async function readEvidence(file: string = EVIDENCE_FILE): Promise<Evidence | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Evidence
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
