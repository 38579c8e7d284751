import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Files stay short enough to be read whole: the median under 100 lines, none over 400, the guard's core under 600. */
export function fileSizes(root: string): string[] {
  const sizes = globSync(SOURCES, { cwd: root }).map((file) => ({ file, lines: lineCount(join(root, file)) }))
  const sorted = sizes.map(({ lines }) => lines).toSorted((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0
  const core = GUARD_CORE.map((name) => lineCount(join(root, 'packages/guard/src', name))).reduce((a, b) => a + b, 0)
  return [
    ...sizes
      .filter(({ lines }) => lines > LONGEST)
      .map(({ file, lines }) => `${file}: ${lines} lines, over ${LONGEST}`),
    ...(median >= MEDIAN ? [`the median source file has ${median} lines, not under ${MEDIAN}`] : []),
    ...(core >= CORE ? [`the guard's core (${GUARD_CORE.join(', ')}) has ${core} lines, not under ${CORE}`] : []),
  ]
}

function lineCount(file: string): number {
  return readFileSync(file, 'utf8').split('\n').length - 1
}

const SOURCES = '{packages,apps}/*/{src,dev}/**/*.ts'
const LONGEST = 400
const MEDIAN = 100
const CORE = 600

/** What decides about a request, whichever adapter it came through. The table of deny codes is data. */
const GUARD_CORE = ['guard.ts', 'chain.ts', 'outcome.ts', 'principal.ts', 'request.ts', 'snapshot.ts', 'either.ts']
