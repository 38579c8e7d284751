import { acceptedMutations } from '../support/mutations.ts'

// usage: node -C @ringfence/source test/slow/mutations.ts [COUNT] [SEED]
const count = Number(process.argv[2] ?? 1_000_000)
const seed = Number(process.argv[3] ?? 2)
const { reasons, accepted } = await acceptedMutations(count, seed)
console.log(JSON.stringify({ count, seed, reasons, accepted: accepted.length }, null, 2))
for (const one of accepted.slice(0, 20)) console.error(one)
process.exitCode = accepted.length === 0 ? 0 : 1
