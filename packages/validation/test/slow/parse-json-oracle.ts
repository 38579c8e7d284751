// A slow gate: `node --conditions=@ringfence/source test/slow/parse-json-oracle.ts [documents] [first seed]`.
// Compares parseJson with an independent parser on generated documents; prints the first disagreement and exits 1.
import { parseJson } from '../../src/parse-json.ts'
import { disagreement, randomDocument, randomFrom } from '../support/documents.ts'

const [count = '1000000', first = '1'] = process.argv.slice(2)
const last = Number(first) + Number(count)
let accepted = 0
for (let seed = Number(first); seed < last; seed++) {
  const document = new TextEncoder().encode(randomDocument(randomFrom(seed)))
  const verdict = parseJson(document)
  if (verdict.ok) accepted++
  const wrong = disagreement(document, verdict)
  if (wrong !== undefined) {
    process.stdout.write(`${JSON.stringify({ seed, disagreement: wrong })}\n`)
    process.exit(1)
  }
}
process.stdout.write(`${JSON.stringify({ documents: Number(count), accepted, disagreements: 0 })}\n`)
