import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Checks a folder of tarballs against its `SHA256SUMS`, and the sums against their signature by one of the signers.
 *
 * usage: pnpm release:verify FOLDER ALLOWED_SIGNERS SIGNER (see ALLOWED SIGNERS in ssh-keygen(1))
 */
const [folder, signers, signer] = process.argv.slice(2)
if (folder === undefined || signers === undefined || signer === undefined) {
  console.error('usage: pnpm release:verify FOLDER ALLOWED_SIGNERS SIGNER')
  process.exit(2)
}

const sums = readFileSync(join(folder, 'SHA256SUMS'))
const listed = new Map(
  sums
    .toString()
    .trim()
    .split('\n')
    .map((line) => [line.slice(66), line.slice(0, 64)]),
)
const tarballs = readdirSync(folder).filter((file) => file.endsWith('.tgz'))

const verify = [
  '-Y',
  'verify',
  '-n',
  'ringfence-release',
  '-f',
  signers,
  '-I',
  signer,
  '-s',
  join(folder, 'SHA256SUMS.sig'),
]
const signature = spawnSync('ssh-keygen', verify, { input: sums, encoding: 'utf8' })
const problems = [
  ...(signature.status === 0 ? [] : [`the sums are not signed by ${signer}`]),
  ...[...listed.keys()].filter((file) => !tarballs.includes(file)).map((file) => `${file} is missing`),
  ...tarballs
    .filter((file) => listed.get(file) !== sha256(join(folder, file)))
    .map((file) => `${file} is not the one that was signed`),
]
for (const problem of problems) console.error(`release: ${problem}`)
if (problems.length > 0) process.exit(1)
console.log(`release: ${tarballs.length} tarballs are the ones that ${signer} signed`)

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}
