import { createLimiter, policy } from '@ringfence/rate-limit'
import { RateLimiterMemory } from 'rate-limiter-flexible'
const keys = Array.from({ length: 100_000 }, (_, i) => `14:POST /v1/orders24:key_${i}`)
const rlf = new RateLimiterMemory({ points: 10, duration: 1 })
const one = createLimiter({ policies: [policy({ name: 'a', limit: 10, windowMs: 1000 })] })
const bound = one.bind('k')
async function cpu(name: string, n: number, f: () => unknown) {
  const all: number[] = []
  for (let r = 0; r < 9; r++) {
    const c = process.cpuUsage()
    for (let i = 0; i < n; i++) {
      const p = f()
      if (p instanceof Promise) await p
    }
    const d = process.cpuUsage(c)
    all.push(Math.round(((d.user + d.system) * 1000) / n))
  }
  all.sort((a, b) => a - b)
  console.log(name.padEnd(20), 'min', all[0], 'median', all[4])
  return all[4]!
}
const sec = Number(process.argv[2] ?? 1)
const rlf2 = new RateLimiterMemory({ points: 10, duration: sec })
const many = createLimiter({ policies: [policy({ name: 'a', limit: 10, windowMs: sec * 1000, maxKeys: 100_000 })] })
let i = 0,
  j = 0
for (let k = 0; k < 2; k++) {
  const r = await cpu('rlf one', 200_000, () => rlf.consume('k').catch(() => undefined))
  const b = await cpu('bound', 1_000_000, () => bound.consume())
  const o = await cpu('consume', 1_000_000, () => one.consume('k'))
  console.log('bound', r / b, 'consume', r / o)
  const m = await cpu('many', 500_000, () => many.consume(keys[j++ % 100000]!))
  const r2 = await cpu('rlf 100k', 300_000, () => rlf2.consume(keys[i++ % 100000]!).catch(() => undefined))
  console.log('100k', r2 / m)
}
process.exit(0)
