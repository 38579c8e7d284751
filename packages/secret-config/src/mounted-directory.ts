import { readdirSync, readlinkSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { problem, type Problem } from './problem.ts'
import { readValueFile } from './read-value-file.ts'
import { type Reading, type Source, VARIABLE_NAME } from './source.ts'

/**
 * A directory of mounted secrets, one file per variable, as Kubernetes, Docker and systemd make them. Files must be
 * regular, inside the directory and not writable by others; one trailing newline is removed.
 *
 * Kubernetes swaps the link `..data` for a new generation of files: all values come from one generation.
 *
 * @example
 * ```ts
 * loadConfig(schema, { sources: [mountedDirectory('/run/secrets/trading')] })
 * ```
 */
export function mountedDirectory(path: string): Source {
  return {
    name: path,
    read(wanted): Reading {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const before = generation(path)
        const reading = readGeneration(path, before, wanted)
        if (generation(path) === before) return reading
      }
      return failed(problem('directory', path, 'file_unstable'))
    },
  }
}

/** Resolves the generation first and reads everything there: through the links, a swap in between would mix two. */
function readGeneration(path: string, link: string | undefined, wanted: ReadonlySet<string>): Reading {
  let root: string
  let names: string[]
  try {
    root = realpathSync(path)
    const folder = link === undefined ? root : realpathSync(join(root, DATA))
    if (!`${folder}/`.startsWith(`${root}/`)) return failed(problem('directory', path, 'file_outside'))
    names = readdirSync(folder).filter((name) => VARIABLE_NAME.test(name))
    return readFiles(folder, root, names, wanted)
  } catch {
    return failed(problem('directory', path, 'file_unreadable'))
  }
}

function readFiles(folder: string, root: string, names: readonly string[], wanted: ReadonlySet<string>): Reading {
  const values = new Map<string, { value: string; source: string }>()
  const problems: Problem[] = []
  for (const name of names.filter((one) => wanted.has(one))) {
    const source = join(folder, name)
    const file = readValueFile(source, root)
    if (file.ok) values.set(name, { value: file.text, source })
    else problems.push(problem(name, source, file.rule))
  }
  return { present: true, names, values, problems }
}

/** What `..data` points to now; undefined in a directory without generations. */
function generation(path: string): string | undefined {
  try {
    return readlinkSync(join(path, DATA))
  } catch {
    return undefined
  }
}

function failed(one: Problem): Reading {
  return { present: true, names: [], values: new Map(), problems: [one] }
}

const DATA = '..data'

/** A swap takes kubelet well under a millisecond and comes at most every minute or so. */
const ATTEMPTS = 5
