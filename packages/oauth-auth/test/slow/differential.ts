import { compareWithJose } from '../support/differential.ts'

// usage: node -C @ringfence/source test/slow/differential.ts [COUNT] [SEED]
const count = Number(process.argv[2] ?? 100_000)
const seed = Number(process.argv[3] ?? 2)
const { unexplained, ...numbers } = await compareWithJose(count, seed)
console.log(JSON.stringify({ count, seed, ...numbers, unexplained: unexplained.length }, null, 2))
for (const one of unexplained.slice(0, 20)) console.error(one)
process.exitCode = unexplained.length === 0 ? 0 : 1
