import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { externalImports, packageOf } from '../packages/external-imports.ts'
import type { PublishedPackage } from '../packages/published-packages.ts'
import type { Consumer } from './consumer.ts'
import { expectedError, importedPackages, readmeExample } from './readme-example.ts'

/** What every consumer has beside our packages. */
export interface Around {
  /** Exact versions of packages that are not ours, by name. */
  readonly catalog: ReadonlyMap<string, string>
}

/**
 * One package alone, without its optional peers: its entries compile and load by `import` and `require`, the example of
 * its README compiles and does what it says.
 */
export async function consumeAlone(
  consumer: Consumer,
  one: PublishedPackage,
  version: string,
  { catalog }: Around,
): Promise<string[]> {
  const readme = readFileSync(join(one.folder, 'README.md'), 'utf8')
  const command = Object.keys(one.manifest.bin ?? {})[0]
  // The README of a command opens with the command.
  const example = command === undefined ? readmeExample(readme) : undefined
  const others = importedPackages(example ?? '').filter((name) => name !== one.name && !name.startsWith('@ringfence/'))
  const beside = ['@types/node', ...others].map((name) => `${name}@${catalog.get(name) ?? 'latest'}`)
  await consumer.install(`${one.name}@${version}`, ...beside)

  const optional = optionalPeers(one).filter((name) => !others.includes(name))
  const present = optional.filter((name) => existsSync(join(consumer.folder, 'node_modules', name)))
  const needs = (file: string): boolean =>
    [...externalImports(file)].some((specifier) => optional.includes(packageOf(specifier)))
  const loadable = one.entries.filter(({ file, types }) => !needs(file) && !needs(types))
  consumer.write('entries.ts', importAll(loadable.map(({ specifier }) => specifier)))
  consumer.write('mixed.cjs', mixed(loadable.map(({ specifier }) => specifier)))
  if (example !== undefined) consumer.write('example.ts', example)
  return [
    ...present.map((name) => `the optional peer ${name} was installed`),
    ...(await consumer.typecheck(['entries.ts', ...(example === undefined ? [] : ['example.ts'])])),
    ...(await consumer.run('entries.ts')),
    ...(await consumer.run('mixed.cjs')),
    ...(example === undefined ? [] : await consumer.run('example.ts', endsAsItSays(example))),
    ...(command === undefined ? [] : await consumer.run(`node_modules/.bin/${command}`)),
  ]
}

function endsAsItSays(example: string): (result: { status: number | null; output: string }) => boolean {
  const code = expectedError(example)
  return ({ status, output }) => (code === undefined ? status === 0 : status === 1 && output.includes(code))
}

/** All packages at once with every optional peer, as a team has them: every entry compiles and loads. */
export async function consumeTogether(
  consumer: Consumer,
  all: readonly PublishedPackage[],
  versions: ReadonlyMap<string, string>,
  { catalog }: Around,
): Promise<string[]> {
  const peers = [...new Set(all.flatMap(({ manifest }) => Object.keys(manifest.peerDependencies ?? {})))]
  const foreign = [...peers.filter((name) => catalog.has(name)), '@types/node', '@types/express']
  await consumer.install(
    ...all.map(({ name }) => `${name}@${versions.get(name)}`),
    ...foreign.map((name) => `${name}@${catalog.get(name)}`),
  )
  const specifiers = all.flatMap(({ entries }) => entries.map(({ specifier }) => specifier))
  consumer.write('entries.ts', importAll(specifiers))
  consumer.write('mixed.cjs', mixed(specifiers))
  return [
    ...(await consumer.typecheck(['entries.ts'], WITH_FRAMEWORKS)),
    ...(await consumer.run('entries.ts')),
    ...(await consumer.run('mixed.cjs')),
  ]
}

/** The packages of another version over the ones that are installed: the same files still compile and load. */
export async function upgrade(consumer: Consumer, versions: ReadonlyMap<string, string>): Promise<string[]> {
  await consumer.install(...[...versions].map(([name, version]) => `${name}@${version}`))
  return [...(await consumer.typecheck(['entries.ts'], WITH_FRAMEWORKS)), ...(await consumer.run('entries.ts'))]
}

/** Two versions of guard in one process, by every mix of `import` and `require`: an error that names both. */
export async function consumeTwoGuards(consumer: Consumer, older: string, newer: string): Promise<string[]> {
  await consumer.install(`@ringfence/guard@${newer}`, `older-guard@npm:@ringfence/guard@${older}`)
  consumer.write('imports.mjs', "import '@ringfence/guard'\nimport 'older-guard'\n")
  consumer.write('requires.cjs', "require('older-guard')\nrequire('@ringfence/guard')\n")
  consumer.write('mixes.cjs', "require('@ringfence/guard')\nvoid import('older-guard')\n")
  const refused = ({ status, output }: { status: number | null; output: string }): boolean =>
    status === 1 && ['guard_loaded_twice', `(${older})`, `(${newer})`].every((text) => output.includes(text))
  const files = ['imports.mjs', 'requires.cjs', 'mixes.cjs']
  return (await Promise.all(files.map((file) => consumer.run(file, refused)))).flat()
}

function optionalPeers({ manifest }: PublishedPackage): string[] {
  const meta = manifest.peerDependenciesMeta ?? {}
  return Object.keys(meta).filter((name) => meta[name]?.optional === true)
}

function importAll(specifiers: readonly string[]): string {
  const names = specifiers.map((_, i) => `entry${i}`)
  return `${specifiers.map((specifier, i) => `import * as ${names[i]} from '${specifier}'`).join('\n')}\nexport { ${names.join(', ')} }\n`
}

/** `require` and `import` of an entry give the same module: one copy, whichever way a file of the process loads it. */
function mixed(specifiers: readonly string[]): string {
  return [
    "const { strictEqual } = require('node:assert')",
    ...specifiers.map(
      (specifier) =>
        `{ const a = require('${specifier}'); import('${specifier}').then((b) => { for (const name of Object.keys(b)) strictEqual(a[name], b[name]) }) }`,
    ),
    '',
  ].join('\n')
}

/** Declarations of Hono name types of browsers. */
const WITH_FRAMEWORKS = ['es2023', 'dom']
