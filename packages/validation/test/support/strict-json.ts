import type { JsonFault } from '../../src/parse-json.ts'

/**
 * An independent reading of JSON: a recursive-descent parser over the grammar of RFC 8259 that shares no code and no idea
 * with parseJson (no JSON.parse, no counting). Answers the value, or every fault it met.
 */
export function strictJson(text: string): { readonly value: unknown; readonly faults: ReadonlySet<JsonFault> } {
  const faults = new Set<JsonFault>()
  let at = 0
  class Bad extends Error {}

  const space = (): void => {
    while (at < text.length && ' \t\n\r'.includes(text[at]!)) at++
  }
  const expect = (token: string): void => {
    if (!text.startsWith(token, at)) throw new Bad()
    at += token.length
  }

  function value(): unknown {
    space()
    const found = bare()
    space()
    return found
  }

  function bare(): unknown {
    const next = text[at]
    if (next === '{') return object()
    if (next === '[') return array()
    if (next === '"') return string(false)
    for (const [word, meaning] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (text.startsWith(word, at)) {
        at += word.length
        return meaning
      }
    }
    return number()
  }

  function object(): object {
    const entries = new Map<string, unknown>()
    at++
    space()
    if (text[at] === '}') at++
    else {
      for (;;) {
        space()
        if (text[at] !== '"') throw new Bad()
        const name = string(true)
        space()
        expect(':')
        if (entries.has(name)) faults.add('key_duplicate')
        if (name === '__proto__') faults.add('key_forbidden')
        entries.set(name, value())
        if (text[at] === '}') break
        expect(',')
      }
      at++
    }
    return Object.fromEntries(entries)
  }

  function array(): unknown[] {
    const items: unknown[] = []
    at++
    space()
    if (text[at] === ']') at++
    else {
      for (;;) {
        items.push(value())
        if (text[at] === ']') break
        expect(',')
      }
      at++
    }
    return items
  }

  function string(isName: boolean): string {
    let out = ''
    at++
    for (;;) {
      const character = text[at++]
      if (character === undefined || character < ' ') throw new Bad()
      if (character === '"') break
      if (character !== '\\') {
        out += character
        continue
      }
      if (isName) faults.add('key_escaped')
      const letter = text[at++]
      const simple = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', '/': '/' }[letter ?? '?']
      if (simple !== undefined) out += simple
      else {
        const hex = text.slice(at, at + 4)
        if (letter !== 'u' || !/^[0-9a-fA-F]{4}$/.test(hex)) throw new Bad()
        at += 4
        out += String.fromCharCode(Number.parseInt(hex, 16))
      }
    }
    for (let i = 0; i < out.length; i++) {
      const code = out.codePointAt(i)!
      if (code >= 0xd800 && code <= 0xdfff) faults.add('string_malformed')
      if (code > 0xffff) i++
    }
    return out
  }

  function number(): number {
    const start = at
    if (text[at] === '-') at++
    const digits = (): void => {
      const from = at
      while (text[at] !== undefined && text[at]! >= '0' && text[at]! <= '9') at++
      if (from === at) throw new Bad()
    }
    if (text[at] === '0') at++
    else digits()
    if (text[at] === '.') {
      at++
      digits()
    }
    if (text[at] === 'e' || text[at] === 'E') {
      at++
      if (text[at] === '+' || text[at] === '-') at++
      digits()
    }
    const spelled = text.slice(start, at)
    const double = Number(spelled)
    if (!sameValue(spelled, double)) faults.add('number_inexact')
    return double
  }

  try {
    const found = value()
    if (at !== text.length) throw new Bad()
    return { value: found, faults }
  } catch (error) {
    if (!(error instanceof Bad)) throw error
    return { value: undefined, faults: new Set(['not_json']) }
  }
}

/** Compares as fractions of bigints, so no digit is trusted to text handling. */
function sameValue(spelled: string, double: number): boolean {
  if (!Number.isFinite(double)) return false
  const [a, b] = [fraction(spelled), fraction(String(double))]
  return a.numerator * b.denominator === b.numerator * a.denominator
}

function fraction(text: string): { numerator: bigint; denominator: bigint } {
  const [mantissa, exponent = '0'] = text.toLowerCase().split('e')
  const [whole, part = ''] = mantissa!.split('.')
  const power = Number(exponent) - part.length
  const digits = BigInt(whole! + part)
  // Far beyond what a double reaches the exact power does not matter, only that it is not equal.
  const bounded = Math.max(-3_000, Math.min(3_000, power))
  if (bounded >= 0) return { numerator: digits * 10n ** BigInt(bounded), denominator: 1n }
  return { numerator: digits, denominator: 10n ** BigInt(-bounded) }
}
