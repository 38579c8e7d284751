import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalog, workspaceManifests } from './manifests.ts'

/** One entry of docs/dependencies.json: what somebody looked at before this version came in. */
interface Review {
  readonly version: string
  /** What runs with it: the packages and apps that ship, or development alone. */
  readonly use: 'product' | 'development'
  readonly why: string
  /** What the reviewer looked at and found. */
  readonly review: string
  /** ISO date. */
  readonly reviewed: string
}

/** Every direct dependency is in the record, at the version that the lockfile holds; the record holds nothing else. */
export function dependencyRecord(root: string): string[] {
  const record = JSON.parse(readFileSync(join(root, RECORD), 'utf8')) as Record<string, Partial<Review>>
  const direct = directDependencies(root)
  return [
    ...[...direct].flatMap(([name, version]) => reviewProblems(name, version, record[name])),
    ...Object.keys(record)
      .filter((name) => !direct.has(name))
      .map((name) => `${RECORD}: ${name} is no direct dependency any more`),
    ...lockfileProblems(root, direct),
  ]
}

/** Name to exact version, of everything a manifest installs from a registry. */
function directDependencies(root: string): ReadonlyMap<string, string> {
  const versions = catalog(root)
  const entries = workspaceManifests(root).flatMap(({ manifest }) =>
    Object.entries({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }),
  )
  const external = entries.filter(([, version]) => !version.startsWith('workspace:'))
  return new Map(
    external.map(([name, version]) => [name, version === 'catalog:' ? (versions.get(name) ?? '') : version]),
  )
}

function reviewProblems(name: string, version: string, review: Partial<Review> | undefined): string[] {
  if (review === undefined) return [`${RECORD}: ${name} was never reviewed`]
  if (review.version !== version) return [`${RECORD}: ${name} ${version} was not reviewed, only ${review.version}`]
  const complete =
    (review.use === 'product' || review.use === 'development') &&
    [review.why, review.review].every((text) => text !== undefined && text.length >= 10) &&
    /^\d{4}-\d{2}-\d{2}$/.test(review.reviewed ?? '')
  return complete ? [] : [`${RECORD}: the review of ${name} is incomplete: use, why, review and reviewed are needed`]
}

/** The catalog is what a person edits, the lockfile is what gets installed: they must name the same version. */
function lockfileProblems(root: string, direct: ReadonlyMap<string, string>): string[] {
  const lockfile = globSync('{.,scripts/release/tools}/pnpm-lock.yaml', { cwd: root })
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n')
  return [...direct]
    .map(([name, version]) => version.replace(/^npm:/, '').replace(/^(?=\d)/, `${name}@`))
    .filter((id) => !lockfile.includes(`\n  ${id.startsWith('@') ? `'${id}'` : id}:\n`))
    .map((id) => `pnpm-lock.yaml does not hold ${id}: run pnpm install`)
}

const RECORD = 'docs/dependencies.json'
