import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execute, must } from './execute.ts'
import type { RehearsalRegistry } from './start-registry.ts'
import type { Tools } from './tools.ts'

/** A project of somebody else, outside the workspace, that installs from the registry of the rehearsal. */
export class Consumer {
  readonly folder: string
  readonly #registry: RehearsalRegistry
  readonly #tools: Tools

  constructor(folder: string, registry: RehearsalRegistry, tools: Tools) {
    this.folder = folder
    this.#registry = registry
    this.#tools = tools
    mkdirSync(folder, { recursive: true })
    this.write('package.json', JSON.stringify({ name: 'consumer', version: '1.0.0', private: true, type: 'module' }))
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text)
  }

  /** With npm, as most would; install scripts off, as a team that cares would. */
  async install(...packages: readonly string[]): Promise<void> {
    const flags = [
      '--save-exact',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      '--loglevel=error',
    ]
    const cache = join(this.folder, '../npm-cache')
    await must('npm', ['install', ...flags, `--cache=${cache}`, ...packages], this.folder, {
      NPM_CONFIG_USERCONFIG: this.#registry.userconfig,
    })
  }

  /** Compiles files with every compiler and both module settings, library checks on; answers what went wrong. */
  async typecheck(...files: readonly string[]): Promise<string[]> {
    const problems: string[] = []
    for (const [setting, options] of Object.entries(MODULE_SETTINGS)) {
      const project = `tsconfig.${setting}.json`
      this.write(project, JSON.stringify({ compilerOptions: { ...STRICT, ...options }, files }))
      for (const [line, compiler] of Object.entries(this.#tools.compilers)) {
        const { status, output } = await execute(process.execPath, [compiler, '--project', project], this.folder)
        if (status !== 0) problems.push(`TypeScript ${line}, ${setting}: ${output.trim().slice(0, 2_000)}`)
      }
    }
    return problems
  }

  /** Runs a file on every Node; answers where it did not end as expected. */
  async run(
    file: string,
    expected: (result: { status: number | null; output: string }) => boolean = succeeds,
  ): Promise<string[]> {
    const problems: string[] = []
    for (const [line, node] of Object.entries(this.#tools.nodes)) {
      const result = await execute(node, [file], this.folder)
      if (!expected(result))
        problems.push(`Node ${line}: ${file} ended with ${result.status}: ${result.output.trim().slice(0, 2_000)}`)
    }
    return problems
  }
}

function succeeds({ status }: { readonly status: number | null }): boolean {
  return status === 0
}

const STRICT = {
  target: 'es2023',
  lib: ['es2023'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmit: true,
}

const MODULE_SETTINGS = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'preserve', moduleResolution: 'bundler' },
}
