import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { patternLiterals } from './patterns/pattern-literals.ts'
import { redosFault } from './patterns/redos-fault.ts'

/**
 * Has every pattern of the repository judged by a checker for catastrophic backtracking; fails when one is not linear.
 *
 * usage: RECHECK_BACKEND=pure node scripts/patterns.ts [FOLDER]
 */
const cwd = resolve(process.argv[2] ?? join(import.meta.dirname, '..'))
const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.ts', '*.js']
const files = spawnSync('git', list, { cwd, encoding: 'utf8' })
  .stdout.split('\0')
  .filter((file) => file !== '' && !isTest(file) && existsSync(join(cwd, file)))

const faults = new Map<string, string | undefined>()
let bad = 0
for (const file of files) {
  for (const { line, source, flags } of patternLiterals(file, readFileSync(join(cwd, file), 'utf8'))) {
    const pattern = `/${source}/${flags}`
    if (!faults.has(pattern)) faults.set(pattern, redosFault(source, flags))
    const fault = faults.get(pattern)
    if (fault === undefined) continue
    console.error(`${file}:${line}: ${pattern} ${fault}`)
    bad++
  }
}
if (faults.size === 0) throw new Error('no pattern was found: nothing was checked')
if (bad === 0) console.log(`patterns: ${faults.size} in ${files.length} files, all linear`)
process.exitCode = bad === 0 ? 0 : 1

/** Tests hold bad patterns on purpose, and no caller reaches them. */
function isTest(file: string): boolean {
  return /(^|\/)test\//.test(file)
}
