import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { REPOSITORY, run, tree } from '../tree.ts'

test('tarballs that a signer signed pass; another byte, another file, another signer do not', () => {
  const folder = signedRelease()
  expect(verify(folder)).toMatchObject({ status: 0, output: expect.stringContaining('1 tarballs are the ones') })

  writeFileSync(join(folder, 'one-1.0.0.tgz'), 'other bytes')
  expect(verify(folder)).toMatchObject({ status: 1, output: expect.stringContaining('is not the one that was signed') })
  writeFileSync(join(folder, 'one-1.0.0.tgz'), 'bytes')
  writeFileSync(join(folder, 'two-1.0.0.tgz'), 'bytes')
  expect(verify(folder)).toMatchObject({ status: 1, output: expect.stringContaining('two-1.0.0.tgz is not the one') })
  expect(verify(folder, 'mallory@example.test').output).toContain('the sums are not signed by mallory@example.test')

  const sums = join(folder, 'SHA256SUMS')
  writeFileSync(sums, `${readFileSync(sums, 'utf8')}${sha256('bytes')}  two-1.0.0.tgz\n`)
  expect(verify(folder)).toMatchObject({ status: 1, output: expect.stringContaining('the sums are not signed') })
})

function signedRelease(): string {
  const folder = tree({ 'one-1.0.0.tgz': 'bytes', SHA256SUMS: `${sha256('bytes')}  one-1.0.0.tgz\n` })
  run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')], folder)
  run('ssh-keygen', ['-Y', 'sign', '-n', 'ringfence-release', '-f', 'key', 'SHA256SUMS'], folder)
  writeFileSync(join(folder, 'signers'), `alice@example.test ${readFileSync(join(folder, 'key.pub'), 'utf8')}`)
  return folder
}

function verify(folder: string, signer = 'alice@example.test'): ReturnType<typeof run> {
  return run(
    'node',
    [join(REPOSITORY, 'scripts/release/verify-release.ts'), folder, join(folder, 'signers'), signer],
    folder,
  )
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
