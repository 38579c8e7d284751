import { RingfenceError } from '@ringfence/errors'
import { CORPORA, type Corpus, payloads } from './hostile-corpora.ts'

/** What {@link hostileInput} needs. */
export interface HostileInputOptions {
  /** A document that is accepted. Every text, number, truth value and null in it is a field to attack. */
  readonly sample: unknown
  /** Judges a document: `(bytes) => schema.parse(bytes).ok`, or a request to the service and a look at its status. */
  readonly accepts: (document: Uint8Array) => boolean | Promise<boolean>
  /** Default: all of them. */
  readonly corpora?: readonly Corpus[]
}

/** A hostile value that was accepted. */
export interface Passed {
  /** The field it stood in, as a JSON Pointer. */
  readonly field: string
  readonly corpus: Corpus | 'keys'
  /** The text, the name of the JSONTestSuite document, or the name of the key that nobody described. */
  readonly payload: string
}

/** What {@link hostileInput} found. */
export interface HostileReport {
  /** Documents judged. */
  readonly tried: number
  /** What got through and has syntax in it. For a field that is not free text it must be nothing. */
  readonly passed: readonly Passed[]
  /** Single words and numbers that got through, such as `undefined`: harmless as a value, not as the name of something. */
  readonly words: readonly Passed[]
  /** How many of `passed` there are, by field and corpus. */
  readonly count: Readonly<Record<string, Readonly<Partial<Record<Passed['corpus'], number>>>>>
}

/**
 * Throws the public corpora at a schema, or a service: puts every hostile value into every field of a sample that is
 * accepted, and every hostile key into every object, and reports what gets through, by field and corpus. Nothing may get
 * through but text into free text; what becomes of that is for {@link assertInert} to say.
 *
 * @throws RingfenceError `option_invalid` if the sample is not accepted: then a refusal would prove nothing
 *
 * @example
 * ```ts
 * const { passed } = await hostileInput({ sample, accepts: (bytes) => order.parse(bytes).ok })
 * expect(passed).toEqual([])
 * ```
 */
export async function hostileInput(options: HostileInputOptions): Promise<HostileReport> {
  const { sample, accepts, corpora = CORPORA } = options
  if (!(await accepts(Buffer.from(JSON.stringify(sample))))) {
    throw new RingfenceError('option_invalid', 'hostileInput: the sample must be accepted')
  }
  const found: Passed[] = []
  let tried = 0
  const attack = async (document: Uint8Array, passed: Passed): Promise<void> => {
    tried++
    if (await accepts(document)) found.push(passed)
  }
  const values = corpora.flatMap(payloads)
  for (const field of leaves(sample)) {
    const [before, after] = around(sample, field)
    for (const { corpus, name, raw } of values) {
      await attack(Buffer.concat([before, raw, after]), { field: pointer(field), corpus, payload: name })
    }
  }
  for (const field of objects(sample)) {
    const [before, after] = around(sample, [...field, HOLE])
    for (const key of KEYS) {
      const entry = Buffer.from(`${JSON.stringify(key)}:true`)
      await attack(Buffer.concat([before, entry, after]), { field: pointer(field), corpus: 'keys', payload: key })
    }
  }
  const isWord = ({ corpus, payload }: Passed): boolean => corpus !== 'keys' && WORD.test(payload)
  const passed = found.filter((one) => !isWord(one))
  return { tried, passed, words: found.filter(isWord), count: counted(passed) }
}

type Path = readonly string[]

/** The paths of everything that is no object and no list. */
function leaves(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
}

function objects(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return []
  const inside = Object.entries(value).flatMap(([key, inner]) => objects(inner, [...path, key]))
  return Array.isArray(value) ? inside : [path, ...inside]
}

/** The JSON of the sample before and after a value; for a path that ends in {@link HOLE}, a further entry of an object. */
function around(sample: unknown, path: Path): readonly [before: Buffer, after: Buffer] {
  const isEntry = path.at(-1) === HOLE
  const text = JSON.stringify(withHole(sample, path))
  const hole = isEntry ? `"${HOLE}":"${HOLE}"` : `"${HOLE}"`
  const at = text.indexOf(hole)
  return [Buffer.from(text.slice(0, at)), Buffer.from(text.slice(at + hole.length))]
}

function withHole(value: unknown, [step, ...rest]: Path): unknown {
  if (step === undefined) return HOLE
  if (Array.isArray(value))
    return value.map((item, i) => (String(i) === step ? withHole(item, rest) : (item as unknown)))
  return { ...(value as object), [step]: withHole((value as Record<string, unknown>)[step], rest) }
}

function pointer(path: Path): string {
  return path.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function counted(passed: readonly Passed[]): HostileReport['count'] {
  const count: Record<string, Partial<Record<Passed['corpus'], number>>> = {}
  for (const { field, corpus } of passed) {
    const row = (count[field] ??= {})
    row[corpus] = (row[corpus] ?? 0) + 1
  }
  return count
}

const HOLE = 'ringfence:hole'
/** What has no syntax in any language: a number or a word. */
const WORD = /^(?:[A-Za-z0-9_]+|[0-9]+\.[0-9]+)$/
/** Mass assignment, prototypes, operators, and spellings that some reader takes for another key. */
const KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  'toJSON',
  'id',
  'admin',
  'isAdmin',
  'role',
  'accountId',
  'status',
  'price',
  '$where',
  '$ne',
  '$gt',
  '',
  ' ',
  'a\u0000',
  '\ud800',
  'ｓｉｄｅ',
  'side ',
  'Side',
]
