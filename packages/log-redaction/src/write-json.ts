import { isBoxedPrimitive, isMap, isPromise, isSet } from 'node:util/types'
import { CIRCULAR, DROPPED, REDACTED } from './marks.ts'
import type { KeyKind } from './key-kind.ts'

/** What the writer has to be told. */
export interface WriterRules {
  field(name: string): Field
  /** What to print instead of a client address. */
  address(text: string): string
  /** Shortens an overlong text to about `limit` characters without leaving a part of a secret at the cut. */
  cut(text: string, limit: number): string
}

/** What is known about a field's name. */
export interface Field {
  readonly kind: KeyKind
  /** The name as JSON, with its colon. */
  readonly label: string
}

/** Writes a value as JSON text; `name` is the field that it stands in. */
export type JsonWriter = (value: unknown, name?: string) => string

/**
 * Makes a JSON writer that knows field names at any depth. It reads every property and calls every `toJSON` exactly
 * once, never throws, never changes its input, ends cycles, and drops what exceeds its bounds. A node that cannot be
 * read becomes `[unredactable:Type]`.
 */
export function jsonWriter(rules: WriterRules): JsonWriter {
  return (value, name) => {
    const state: State = { left: MAX_FIELDS, ancestors: [] }
    return (name === undefined ? write(value, state) : writeNamed(value, rules.field(name).kind, state)) ?? 'null'
  }

  /** Undefined for what JSON leaves out: undefined, functions, symbols. */
  function write(value: unknown, state: State): string | undefined {
    if (typeof value === 'string') return quote(value.length > MAX_TEXT ? rules.cut(value, MAX_TEXT) : value)
    if (typeof value === 'object') return value === null ? 'null' : writeObject(value, state)
    if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null'
    if (typeof value === 'boolean') return value ? 'true' : 'false'
    return typeof value === 'bigint' ? `"${value}"` : undefined
  }

  function writeNamed(value: unknown, kind: KeyKind, state: State): string | undefined {
    if (kind === 'plain') return write(value, state)
    if (value === null || typeof value === 'boolean') return String(value)
    if (value === undefined || typeof value === 'function') return undefined
    if (kind === 'address') return writeAddress(value, state)
    return kind === 'count' && typeof value === 'number' ? write(value, state) : `"${REDACTED}"`
  }

  function writeAddress(value: unknown, state: State): string | undefined {
    if (typeof value === 'string') return JSON.stringify(rules.address(value))
    if (!Array.isArray(value)) return write(value, state)
    return writeList(value, state, (one) =>
      typeof one === 'string' ? JSON.stringify(rules.address(one)) : write(one, state),
    )
  }

  function writeObject(value: object, state: State): string | undefined {
    if (state.ancestors.includes(value)) return `"${CIRCULAR}"`
    if (state.ancestors.length >= MAX_DEPTH) return `"${DROPPED}"`
    state.ancestors.push(value)
    try {
      return writeNode(value, state)
    } catch {
      return `"[unredactable:${typeName(value)}]"`
    } finally {
      state.ancestors.pop()
    }
  }

  function writeNode(value: object, state: State): string | undefined {
    if (Array.isArray(value)) return writeList(value, state)
    const prototype: unknown = Object.getPrototypeOf(value)
    const isPlain = prototype === Object.prototype || prototype === null
    // Bytes have a toJSON that lists them.
    if (!isPlain && ArrayBuffer.isView(value)) return `"[${value.byteLength} bytes]"`
    const toJSON = 'toJSON' in value ? value.toJSON : undefined
    if (typeof toJSON === 'function') return writeOnce(toJSON.call(value, '') as unknown, value, state)
    return isPlain ? writeFields(value, state) : writeExotic(value, state)
  }

  /** The result of a toJSON is not asked for its own toJSON; an object that answers itself is written by its fields. */
  function writeOnce(result: unknown, owner: object, state: State): string | undefined {
    if (result === owner) return writeFields(owner, state)
    if (typeof result !== 'object' || result === null) return write(result, state)
    return Array.isArray(result) ? writeList(result, state) : writeFields(result, state)
  }

  function writeExotic(value: object, state: State): string | undefined {
    if (isError(value)) return writeError(value, state)
    if (isMap(value) || isPairs(value)) return writeEntries(value, state)
    if (isSet(value)) return writeList([...value], state)
    if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return `"[${value.byteLength} bytes]"`
    if (value instanceof RegExp) return JSON.stringify(String(value))
    if (isBoxedPrimitive(value)) return write(value.valueOf(), state)
    if (isPromise(value)) return '"[Promise]"'
    return writeFields(value, state)
  }

  /** Message, stack, cause and errors are not enumerable; whatever else hangs on the error is. */
  function writeError(error: Error, state: State): string {
    const own = Object.keys(error).filter((key) => !ERROR_FIELDS.includes(key))
    const known = ERROR_FIELDS.filter((key) => key in error)
    const entries = [...known, ...own].map((key): [string, unknown] => [key, read(error, key)])
    return writeEntries([['type', typeName(error)], ...entries], state)
  }

  function writeFields(value: object, state: State): string {
    let text = ''
    for (const key of Object.keys(value)) {
      if (state.left-- <= 0) return `{${text}${text && ','}"${DROPPED}":true}`
      const { kind, label } = rules.field(key)
      const json = writeNamed(read(value, key), kind, state)
      if (json !== undefined) text += text === '' ? label + json : `,${label}${json}`
    }
    return `{${text}}`
  }

  function writeEntries(entries: Iterable<readonly [unknown, unknown]>, state: State): string {
    let text = ''
    for (const [key, value] of entries) {
      if (state.left-- <= 0) return `{${text}${text && ','}"${DROPPED}":true}`
      const name = typeof key === 'string' ? key : typeof key === 'number' ? String(key) : `[${typeof key}]`
      const { kind, label } = rules.field(name)
      const json = writeNamed(value, kind, state)
      if (json !== undefined) text += text === '' ? label + json : `,${label}${json}`
    }
    return `{${text}}`
  }

  function writeList(list: readonly unknown[], state: State, each = (one: unknown) => write(one, state)): string {
    let text = ''
    for (let i = 0; i < list.length; i++) {
      if (state.left-- <= 0) return `[${text}${text && ','}"${DROPPED}"]`
      text += `${i > 0 ? ',' : ''}${each(read(list, i)) ?? 'null'}`
    }
    return `[${text}]`
  }
}

/** JSON.stringify for a string; several times faster for the short, plain ones that most are. */
function quote(text: string): string {
  if (text.length > 64) return JSON.stringify(text)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 32 || code === 34 || code === 92 || (code >= 0xd800 && code <= 0xdfff)) return JSON.stringify(text)
  }
  return `"${text}"`
}

interface State {
  /** Fields and elements that may still be written. */
  left: number
  readonly ancestors: object[]
}

/** A property, or what stands for one that throws. */
function read(owner: object, key: PropertyKey): unknown {
  try {
    return (owner as Record<PropertyKey, unknown>)[key]
  } catch {
    return '[unredactable:getter]'
  }
}

/** Also for an error of another realm, which is no instance of this one's Error. */
function isError(value: object): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]'
}

function isPairs(value: object): value is Iterable<[string, unknown]> {
  return value instanceof Headers || value instanceof URLSearchParams || value instanceof FormData
}

/** The name of the class if it is a plain identifier: it may be made up, and then it says nothing. */
function typeName(value: object): string {
  try {
    const name: unknown = value.constructor.name
    if (typeof name === 'string' && /^[A-Za-z_$][\w$]{0,39}$/.test(name)) return name
  } catch {
    // A proxy or a getter that throws.
  }
  return 'Object'
}

const ERROR_FIELDS = ['message', 'stack', 'code', 'cause', 'errors']

const MAX_DEPTH = 12

/** Of one top-level value. */
const MAX_FIELDS = 1_000

/** Characters of one string. */
const MAX_TEXT = 16_384
