import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const HERE = fileURLToPath(new URL('..', import.meta.url))

test('a second copy refuses to load and names both places and versions', async () => {
  const other = await mkdtemp(join(tmpdir(), 'ringfence-guard-'))
  try {
    await cp(join(HERE, 'src'), join(other, 'src'), { recursive: true })
    await symlink(join(HERE, 'node_modules'), join(other, 'node_modules'))
    await writeFile(join(other, 'package.json'), JSON.stringify({ version: '9.9.9', type: 'module' }))
    const load = [HERE, other].map(
      (root) => `await import(${JSON.stringify(pathToFileURL(join(root, 'src/index.ts')).href)})`,
    )
    const args = ['--conditions=@ringfence/source', '--input-type=module', '-e', load.join('\n')]
    const failed = await promisify(execFile)(process.execPath, args).catch((error: { stderr: string }) => error)
    expect(failed.stderr).toContain('guard_loaded_twice')
    expect(failed.stderr).toContain(`${other} (9.9.9)`)
    expect(failed.stderr).toContain(HERE.replace(/\/$/, ''))
    await promisify(execFile)(process.execPath, [
      '--conditions=@ringfence/source',
      '--input-type=module',
      '-e',
      `${load[0]}\n${load[0]}`,
    ])
  } finally {
    await rm(other, { recursive: true, force: true })
  }
})
