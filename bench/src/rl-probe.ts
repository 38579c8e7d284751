import { createLimiter, policy } from '@ringfence/rate-limit'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { compare, speedup } from './compare.ts'
const keys = Array.from({ length: 100_000 }, (_, i) => `14:POST /v1/orders24:key_${i}`)
const rlf = new RateLimiterMemory({ points: 10, duration: 1 })
const rlf2 = new RateLimiterMemory({ points: 10, duration: 60 })
const one = createLimiter({ policies: [policy({ name: 'a', limit: 10, windowMs: 1000 })] })
const bound = one.bind('k')
const many = createLimiter({ policies: [policy({ name: 'a', limit: 10, windowMs: 60000, maxKeys: 100_000 })] })
let i = 0,
  j = 0
const s = await compare(
  {
    rlfOne: () => rlf.consume('k').catch(() => undefined),
    bound: () => bound.consume(),
    one: () => one.consume('k'),
  },
  { rounds: 7, sampleMs: 200 },
)
console.log(
  'bound',
  speedup(s, 'bound', 'rlfOne'),
  'consume',
  speedup(s, 'one', 'rlfOne'),
  'ns',
  s.bound.map((x) => Math.round(x * 1e9)),
  s.rlfOne.map((x) => Math.round(x * 1e9)),
)
const m = await compare(
  {
    rlf: () => rlf2.consume(keys[i++ % 100000]!).catch(() => undefined),
    many: () => many.consume(keys[j++ % 100000]!),
  },
  { rounds: 7, sampleMs: 400 },
)
console.log(
  '100k',
  speedup(m, 'many', 'rlf'),
  m.many.map((x) => Math.round(x * 1e9)),
  m.rlf.map((x) => Math.round(x * 1e9)),
)
process.exit(0)
