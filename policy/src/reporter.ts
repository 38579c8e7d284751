import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import type { Reporter, TestCase, TestModule } from 'vitest/node'
import { EVIDENCE_FILE, type Evidence, type EvidenceTest } from './evidence.ts'

/**
 * Writes what a whole run showed to {@link EVIDENCE_FILE}. Named on the command line of the whole run only, so that a run
 * of one project neither overwrites the evidence nor is judged by the gate.
 */
export default class EvidenceReporter implements Reporter {
  readonly #file: string

  constructor(options: { readonly file?: string } = {}) {
    this.#file = options.file ?? EVIDENCE_FILE
  }

  async onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): Promise<void> {
    const evidence = collect(modules, errors.length)
    await mkdir(dirname(this.#file), { recursive: true })
    await writeFile(this.#file, `${JSON.stringify(evidence, null, 1)}\n`)
  }
}

function collect(modules: readonly TestModule[], unhandled: number): Evidence {
  const all = modules.flatMap((module) => [...module.children.allTests()])
  const count = (state: string): number => all.filter((test) => test.result().state === state).length
  const broken = modules.filter((module) => module.errors().length > 0).length
  return {
    passed: count('passed'),
    failed: count('failed') + count('pending') + broken + unhandled,
    skipped: count('skipped'),
    tests: all.flatMap(asEvidence),
  }
}

function asEvidence(test: TestCase): EvidenceTest[] {
  const { policy } = test.meta()
  if (policy === undefined) return []
  const file = relative(process.cwd(), test.module.moduleId)
  return [{ ...policy, passed: test.result().state === 'passed', test: `${file} > ${test.fullName}` }]
}
