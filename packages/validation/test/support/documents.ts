import { isDeepStrictEqual } from 'node:util'
import type { JsonVerdict } from '../../src/parse-json.ts'
import { strictJson } from './strict-json.ts'

/** How the verdict of parseJson on a document differs from that of the independent parser, or nothing. */
export function disagreement(document: Uint8Array, verdict: JsonVerdict): string | undefined {
  const text = UTF8.decode(document)
  const { value, faults } = strictJson(text)
  if (verdict.ok) {
    if (faults.size > 0) return `accepted in spite of ${[...faults].join()}: ${text}`
    return isDeepStrictEqual(verdict.value, value) ? undefined : `another value: ${text}`
  }
  // A document can have several faults and only one is named; what is no JSON can look like any of them.
  return faults.has(verdict.fault) || faults.has('not_json') ? undefined : `${verdict.fault} is not the fault: ${text}`
}

/** A small fast generator (mulberry32), so that a seed names a document. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** One JSON-like document: mostly valid, often with a planted fault, sometimes with random damage. */
export function randomDocument(random: () => number): string {
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)]!
  const space = (): string => (random() < 0.1 ? pick([' ', '\n', '\t', '\r\n', '  ']) : '')

  function value(depth: number): string {
    const roll = random()
    if (depth < 5 && roll < 0.25) {
      return `{${space()}${list(() => `${space()}${key()}${space()}:${space()}${value(depth + 1)}${space()}`)}}`
    }
    if (depth < 5 && roll < 0.4) return `[${space()}${list(() => `${space()}${value(depth + 1)}${space()}`)}]`
    if (roll < 0.65) return `"${list(() => pick(PIECES), '')}"`
    if (roll < 0.9) return pick(NUMBERS)
    return pick(['true', 'false', 'null'])
  }

  function key(): string {
    return random() < 0.04 ? pick(ODD_KEYS) : `"${pick(KEYS)}"`
  }

  function list(item: () => string, separator = ','): string {
    return Array.from({ length: Math.floor(random() * 5) }, item).join(separator)
  }

  const text = value(0)
  if (random() > 0.08) return text
  const at = Math.floor(random() * text.length)
  return text.slice(0, at) + pick(DAMAGE) + text.slice(at + Math.floor(random() * 3))
}

const KEYS = 'a,b,c,d,e,f,g,h,side,price,quantity,symbol,id,é,键,😀,a b,a:b,constructor,toString,0,1,-1,"'
  .split(',')
  .map((key) => key.replaceAll('"', 'x'))
const ODD_KEYS = ['"s\\u0069de"', '"a\\\\"', '"\\""', '"__proto__"', '"\\u005f_proto__"', '""', '"a\\n"', '":"', '"{"']
const PIECES = [
  'buy',
  ':',
  '{',
  '}',
  '[',
  ']',
  ',',
  '\\"',
  '\\\\',
  '\\n',
  '\\u0041',
  '\\ud83d\\ude00',
  '\\ud800',
  '\\udc00x',
  '😀',
  'é',
  '__proto__',
  '"',
  '\u0000',
  '\\x',
  '1e309',
  ' ',
  '\u2028',
  '\\u0000',
  '\\/',
].filter((piece) => piece !== '"')
const NUMBERS = [
  '0',
  '-0',
  '1',
  '-1',
  '12.50',
  '0.1',
  '1e5',
  '1E-7',
  '1e21',
  '123456789012345',
  '1234567890123456',
  '9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '-9007199254740993',
  '0.1000000000000000055511151231257827',
  '0.30000000000000004',
  '1e308',
  '1e309',
  '-1e400',
  '5e-324',
  '1e-400',
  '0e999999',
  '1.0000000000000000000000',
  '01',
  '1.',
  '.5',
  '+1',
  '1e',
  '0x10',
  '2.2250738585072014e-308',
  '179769313486231570000000000000000',
  '4.35',
  '100000000000000000000',
]
const DAMAGE = [
  '',
  '"',
  '\\',
  ':',
  ',',
  '{',
  '}',
  '[',
  ']',
  '\u0000',
  '\ufeff',
  '1',
  'e',
  '-',
  '.',
  '\\u',
  'true',
  '//',
]
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true })
