import { readdirSync, readFileSync } from 'node:fs'

/** A public collection of hostile input; `src/vectors/README.md` of the package says whose it is and under which licence. */
export type Corpus = 'naughty' | 'sql' | 'xss' | 'nosql' | 'url' | 'json'

/** One hostile value. */
export interface Payload {
  readonly corpus: Corpus
  /** The text, or the name of the document in JSONTestSuite. */
  readonly name: string
  /** What stands in the JSON where a value should be; of `json` it is often no JSON. */
  readonly raw: Uint8Array
}

/** Every corpus, in the order in which they are tried. */
export const CORPORA: readonly Corpus[] = ['naughty', 'sql', 'xss', 'nosql', 'url', 'json']

/**
 * The texts of a corpus, each once: naughty strings, injections into SQL, pages and NoSQL, URLs that parsers read
 * differently; of `json` the documents that are invalid, or left to the implementation, as far as they are UTF-8.
 */
export function hostileTexts(corpus: Corpus): readonly string[] {
  const texts = TEXTS[corpus]()
  return [...new Set(texts)].filter((text) => text !== '')
}

/** The values of a corpus, ready to stand in a JSON document. */
export function payloads(corpus: Corpus): readonly Payload[] {
  if (corpus === 'json') return documents().map(({ name, bytes }) => ({ corpus, name, raw: bytes }))
  const texts = hostileTexts(corpus)
  const quoted = texts.map((text) => ({ corpus, name: text, raw: Buffer.from(JSON.stringify(text)) }))
  // Operators work as objects, not as texts.
  const operators = corpus === 'nosql' ? texts.filter((text) => /^[{[]/.test(text)) : []
  return [...quoted, ...operators.map((text) => ({ corpus, name: text, raw: Buffer.from(text) }))]
}

function lines(files: RegExp): string[] {
  const names = readdirSync(VECTORS).filter((name) => files.test(name))
  return names.flatMap((name) => readFileSync(new URL(name, VECTORS), 'utf8').split('\n'))
}

function urls(): readonly string[] {
  const cases = read('wpt-urltestdata.json') as readonly (string | { readonly input: string })[]
  return cases.flatMap((entry) => (typeof entry === 'string' ? [] : [entry.input]))
}

function documents(): { readonly name: string; readonly bytes: Buffer }[] {
  const { cases } = read('jsontestsuite.json') as { readonly cases: readonly { name: string; b64: string }[] }
  return cases
    .filter(({ name }) => /^test_parsing\/[in]_/.test(name))
    .map(({ name, b64 }) => ({ name: name.replace('test_parsing/', ''), bytes: Buffer.from(b64, 'base64') }))
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(file, VECTORS), 'utf8'))
}

/** Decoding replaces what is no UTF-8. */
const TEXTS: Readonly<Record<Corpus, () => readonly string[]>> = {
  naughty: () => read('blns.json') as string[],
  sql: () => lines(/^(?:patt-sqli|fuzzdb-sql)/),
  xss: () => lines(/^(?:patt|fuzzdb)-xss/),
  nosql: () => lines(/^(?:patt|fuzzdb)-no-?sql/),
  url: urls,
  json: () =>
    documents()
      .map(({ bytes }) => bytes.toString('utf8'))
      .filter((text) => !text.includes('\ufffd')),
}
/** From `src` and from `dist` alike. */
const VECTORS = new URL('../src/vectors/', import.meta.url)
