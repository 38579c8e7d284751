import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execute, must, npmSettings } from './execute.ts'
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
    const flags = ['--save-exact', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-online', '--loglevel=error']
    const env = npmSettings({ userconfig: this.#registry.consumerConfig, cache: this.#registry.consumerCache })
    await must('npm', ['install', ...flags, ...packages], this.folder, env)
  }

  /**
   * Compiles files with every compiler and both module settings, library checks on; answers what went wrong.
   *
   * @param lib `dom` only beside a framework whose own declarations need it
   */
  async typecheck(files: readonly string[], lib: readonly string[] = ['es2023']): Promise<string[]> {
    const problems: string[] = []
    for (const [setting, options] of Object.entries(MODULE_SETTINGS)) {
      const project = `tsconfig.${setting}.json`
      this.write(project, JSON.stringify({ compilerOptions: { ...STRICT, lib, ...options }, files }))
      for (const [line, compiler] of Object.entries(this.#tools.compilers)) {
        const { status, output } = await execute(process.execPath, [compiler, '--project', project], this.folder)
        if (status !== 0) problems.push(`TypeScript ${line}, ${setting}: ${excerpt(output)}`)
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
        problems.push(`Node ${line}: ${file} ended with ${result.status}: ${excerpt(result.output)}`)
    }
    return problems
  }
}

function excerpt(output: string): string {
  return output.trim().split('\n').slice(0, 5).join('\n    ')
}

function succeeds({ status }: { readonly status: number | null }): boolean {
  return status === 0
}

const STRICT = {
  target: 'es2023',
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
