import { parseArgs } from 'node:util'
import { BENCHES } from './benches.ts'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
})
const [name] = positionals
const bench = name === undefined ? undefined : BENCHES[name]
if (name === undefined || bench === undefined) {
  console.error(`usage: pnpm bench NAME [--quick] [--json], where NAME is one of: ${Object.keys(BENCHES).join(', ')}`)
  process.exit(2)
}
const ratios = await bench({ quick: values.quick, log: (line) => console.log(line) })
const rounded = Object.fromEntries(Object.entries(ratios).map(([key, value]) => [key, Number(value.toPrecision(3))]))
if (values.json) console.log(JSON.stringify({ bench: name, ratios: rounded }))
else for (const [key, value] of Object.entries(rounded)) console.log(`${key}: ${value}`)
