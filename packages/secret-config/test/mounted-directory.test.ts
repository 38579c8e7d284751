import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { mountedDirectory } from '../src/index.ts'
import { folder } from './support/folder.ts'

/** Writes a generation as kubelet does: folder, link beside it, rename over `..data`, old folder removed. */
function publish(root: string, generation: number, files: Readonly<Record<string, string>>): void {
  const old = readdirSync(root).filter((name) => name.startsWith('..ts_'))
  mkdirSync(join(root, `..ts_${generation}`))
  for (const [name, value] of Object.entries(files)) writeFileSync(join(root, `..ts_${generation}`, name), value)
  symlinkSync(`..ts_${generation}`, join(root, '..data_tmp'))
  renameSync(join(root, '..data_tmp'), join(root, '..data'))
  for (const name of Object.keys(files)) rmSync(join(root, name), { force: true })
  for (const name of Object.keys(files)) symlinkSync(join('..data', name), join(root, name))
  for (const name of old) rmSync(join(root, name), { recursive: true })
}

const wanted = new Set(['A', 'B'])

describe('mountedDirectory', () => {
  test('reads the current generation, and the next one when it is read again', () => {
    const root = folder()
    publish(root, 1, { A: 'one\n', B: 'eins\n', OTHER: 'x' })
    const source = mountedDirectory(root)
    const first = source.read(wanted)
    expect([...first.values.values()].map(({ value }) => value)).toEqual(['one', 'eins'])
    expect(first.names.toSorted()).toEqual(['A', 'B', 'OTHER'])
    publish(root, 2, { A: 'two\n', B: 'zwei\n' })
    expect([...source.read(wanted).values.values()].map(({ value }) => value)).toEqual(['two', 'zwei'])
  })

  test('never mixes two generations while another process swaps them', async () => {
    const root = folder()
    publish(root, 1, { A: '1', B: '1' })
    const swap = `
      const fs = require('node:fs'), path = require('node:path'), root = process.argv[1]
      for (let n = 2; n < 500; n++) {
        const dir = path.join(root, '..ts_' + n)
        fs.mkdirSync(dir)
        for (const name of ['A', 'B']) fs.writeFileSync(path.join(dir, name), String(n))
        fs.symlinkSync('..ts_' + n, path.join(root, '..data_tmp'))
        fs.renameSync(path.join(root, '..data_tmp'), path.join(root, '..data'))
        fs.rmSync(path.join(root, '..ts_' + (n - 1)), { recursive: true })
      }`
    const child = spawn(process.execPath, ['-e', swap, root], { stdio: 'inherit' })
    const exited = once(child, 'exit')
    const source = mountedDirectory(root)
    const seen = new Set<string>()
    while (child.exitCode === null) {
      const { values, problems } = source.read(wanted)
      if (problems.length === 0) {
        expect(values.get('A')?.value).toBe(values.get('B')?.value)
        seen.add(values.get('A')!.value)
      } else expect(problems).toMatchObject([{ rule: 'file_unstable' }])
      await new Promise((resolve) => setImmediate(resolve))
    }
    await exited
    expect(seen.size).toBeGreaterThan(10)
  }, 30_000)

  test('a link out of the directory is refused, for a file and for a generation', () => {
    const outside = folder()
    writeFileSync(join(outside, 'A'), 'stolen')
    const root = folder()
    symlinkSync(join(outside, 'A'), join(root, 'A'))
    expect(mountedDirectory(root).read(wanted).problems).toMatchObject([{ name: 'A', rule: 'file_outside' }])
    const other = folder()
    symlinkSync(outside, join(other, '..data'))
    expect(mountedDirectory(other).read(wanted).problems).toMatchObject([{ rule: 'file_outside' }])
  })

  test('a sibling whose name begins alike is outside', () => {
    const root = folder()
    mkdirSync(`${root}-evil`)
    writeFileSync(`${root}-evil/A`, 'stolen')
    symlinkSync(`${root}-evil/A`, join(root, 'A'))
    expect(mountedDirectory(root).read(wanted).problems).toMatchObject([{ rule: 'file_outside' }])
    rmSync(`${root}-evil`, { recursive: true })
  })

  test('a missing directory is a problem, not an empty configuration', () => {
    expect(mountedDirectory(join(folder(), 'nowhere')).read(wanted).problems).toMatchObject([
      { rule: 'file_unreadable' },
    ])
  })
})
