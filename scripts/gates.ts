import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** A check that is too slow for `pnpm test`. */
interface Gate {
  readonly name: string
  readonly command: string
}

const GATES: readonly Gate[] = [
  { name: 'build', command: 'turbo run build --output-logs=errors-only' },
  { name: 'static security analysis', command: 'eslint .' },
  { name: 'patterns', command: 'RECHECK_BACKEND=pure node scripts/patterns.ts' },
  { name: 'secret scan', command: 'node scripts/secret-scan.ts' },
  { name: 'dead code', command: 'knip' },
  { name: 'packed packages', command: 'node scripts/check-packed.ts' },
  { name: 'api reports', command: 'node scripts/api-report.ts' },
  { name: 'cold import', command: 'node scripts/cold-import.ts' },
  { name: 'release rehearsal', command: 'pnpm release:rehearse' },
  { name: 'licences', command: 'node scripts/licences.ts' },
  { name: 'dependency audit', command: 'node scripts/audit.ts' },
  { name: 'changesets', command: 'node scripts/changesets.ts' },
  { name: 'protocol conformance', command: 'node scripts/conformance.ts' },
  {
    name: 'a million JSON documents',
    command: 'cd packages/validation && node --conditions=@ringfence/source test/slow/parse-json-oracle.ts',
  },
  {
    name: 'ssh door',
    command:
      'node scripts/ensure-sshd.ts && cd apps/trading && node --conditions=@ringfence/source test/slow/ssh-door.ts',
  },
  {
    name: 'redis faults',
    command:
      'node scripts/ensure-redis.ts && cd apps/trading && node --conditions=@ringfence/source test/slow/redis-faults.ts',
  },
  { name: 'valkey', command: 'node scripts/valkey.ts' },
  {
    name: 'a hundred thousand tokens against jose',
    command: 'cd packages/oauth-auth && node --conditions=@ringfence/source test/slow/differential.ts',
  },
  {
    name: 'a million mutated tokens',
    command: 'cd packages/oauth-auth && node --conditions=@ringfence/source test/slow/mutations.ts',
  },
  {
    name: 'issuer faults',
    command: 'cd apps/tool-server && node --conditions=@ringfence/source test/slow/dependency-faults.ts',
  },
  { name: 'demo', command: 'pnpm demo' },
]

/**
 * Runs the gates one after the other, all of them even when one fails.
 *
 * usage: pnpm gates [NAME ...]
 */
const names = process.argv.slice(2)
const unknown = names.filter((name) => GATES.every((gate) => gate.name !== name))
if (unknown.length > 0) {
  console.error(`gates: no gate named ${unknown.join(', ')}; there are: ${GATES.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}

const results = GATES.filter(({ name }) => names.length === 0 || names.includes(name)).map(({ name, command }) => {
  console.log(`\n=== ${name}: ${command}`)
  const started = performance.now()
  const { status } = spawnSync('bash', ['-c', command], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 1, 2],
  })
  return { name, passed: status === 0, seconds: ((performance.now() - started) / 1000).toFixed(1) }
})

console.log('\ngates')
for (const { name, passed, seconds } of results) {
  console.log(`  ${passed ? 'passed' : 'FAILED'}  ${seconds.padStart(6)} s  ${name}`)
}
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1
