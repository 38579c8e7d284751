import { RingfenceError } from '@ringfence/errors'
import * as z from 'zod'
import { stringFaults } from './string-faults.ts'
import { checkOf, definitionOf } from './zod-internals.ts'

/** What the walk found out about a schema that passed it. */
export interface StrictFacts {
  /** Every key of every object, for the check whether a polluted prototype could supply one. */
  readonly keys: readonly string[]
  /** True if the output can differ from the input: a transform, a codec or a default. */
  readonly transforms: boolean
  /** True if the programmer's own checks are handed something that they could change. */
  readonly mayChange: boolean
}

/**
 * Throws `schema_not_strict`, naming every place, if the schema would anywhere accept, drop or change input that it does
 * not describe. Kinds it does not know are refused: an allowlist, so a new kind of zod is refused until it is judged.
 */
export function assertStrict(schema: z.core.$ZodType): StrictFacts {
  const walk: Walk = {
    faults: [],
    keys: new Set(),
    seen: new Map(),
    outputs: new Map(),
    transforms: false,
    mayChange: false,
  }
  visit(schema, '', walk)
  if (walk.faults.length === 0) requireCompilable(walk)
  if (walk.faults.length > 0) {
    throw new RingfenceError('schema_not_strict', `the schema is not strict: ${walk.faults.join('; ')}`)
  }
  return { keys: [...walk.keys], transforms: walk.transforms, mayChange: walk.mayChange }
}

interface Walk {
  readonly faults: string[]
  readonly keys: Set<string>
  /** Every schema met, and where first. */
  readonly seen: Map<z.core.$ZodType, string>
  /** Those on the far side of a transform: the programmer's own, and not held to anything but compiling. */
  readonly outputs: Map<z.core.$ZodType, string>
  transforms: boolean
  mayChange: boolean
}

function visit(schema: z.core.$ZodType, path: string, walk: Walk): void {
  const def = definitionOf(schema)
  if (walk.seen.has(schema)) return
  walk.seen.set(schema, path)
  const refuse = (why: string): void => refuseAt(path, why, walk)
  if ('coerce' in def && def.coerce) refuse('coerces: "" becomes 0 and "false" becomes true')
  if (def.checks?.some((check) => checkOf(check).check === 'overwrite') === true) {
    refuse('changes its input (trim, toLowerCase, normalize ...): refuse what is not canonical instead')
  }
  if (def.checks?.some((check) => canChange(def.type, checkOf(check))) === true) walk.mayChange = true
  switch (def.type) {
    case 'string':
      for (const why of stringFaults(schema as z.core.$ZodString)) refuse(why)
      return
    case 'number':
    case 'boolean':
    case 'null':
    case 'literal':
    case 'enum':
    case 'never':
      return
    case 'object': {
      if (def.catchall === undefined || definitionOf(def.catchall).type !== 'never') {
        refuse('is an object that strips or passes unknown keys: use z.strictObject')
      }
      for (const [key, value] of Object.entries(def.shape)) {
        if (key in OBJECT) refuse(`has a key named "${key}" that every object inherits`)
        walk.keys.add(key)
        visit(value, `${path}/${key}`, walk)
      }
      return
    }
    case 'array':
      if (!hasMaximum(def)) refuse('is an array without max')
      return visit(def.element, `${path}/*`, walk)
    case 'tuple':
      def.items.forEach((item, index) => visit(item, `${path}/${index}`, walk))
      if (def.rest !== null && def.rest !== undefined) refuse('is a tuple with a rest: use an array with max')
      return
    case 'record':
      if (def.mode === 'loose') refuse('is a loose record')
      if (!hasTextKeys(def.keyType)) refuse('is a record whose keys are no texts: "1" and "1.0" would be one')
      visit(def.keyType, `${path}/(key)`, walk)
      return visit(def.valueType, `${path}/*`, walk)
    case 'union':
      return def.options.forEach((option) => visit(option, path, walk))
    case 'default':
      walk.transforms = true
      return visit(def.innerType, path, walk)
    case 'optional':
    case 'nullable':
    case 'nonoptional':
    case 'readonly':
      return visit(def.innerType, path, walk)
    case 'pipe':
      // What comes out is the programmer's own code; only what goes in is hostile.
      walk.transforms = true
      visit(def.out, path, { ...walk, faults: [], seen: walk.outputs })
      return visit(def.in, path, walk)
    case 'any':
    case 'unknown':
    case 'catch':
    case 'custom':
    case 'transform':
    case 'intersection':
    case 'lazy':
    case 'prefault':
    case 'template_literal':
    case 'bigint':
    case 'date':
    case 'file':
    case 'function':
    case 'map':
    case 'nan':
    case 'promise':
    case 'set':
    case 'success':
    case 'symbol':
    case 'undefined':
    case 'void':
    default:
      refuse(`is of kind "${def.type}", which does not describe its input strictly`)
  }
}

/**
 * `z.compile` refuses what it cannot compile only at the root; a part inside it leaves to zod's interpreter, whose options
 * a polluted prototype can set. So every part must compile on its own.
 */
function requireCompilable(walk: Walk): void {
  for (const [schema, path] of [...walk.seen, ...walk.outputs]) {
    try {
      z.compile(schema, { strict: true })
    } catch {
      refuseAt(path, 'cannot be compiled by zod', walk)
    }
  }
}

function refuseAt(path: string, why: string, walk: Walk): void {
  walk.faults.push(`${path === '' ? '(root)' : path} ${why}`)
}

/** `superRefine` and `check` are handed the value's place, and a refinement of an object the object. */
function canChange(type: string, check: z.core.$ZodCheckDef & { readonly fn?: unknown }): boolean {
  return check.check === 'custom' && (check.fn === undefined || !SCALARS.has(type))
}

function hasTextKeys(schema: z.core.$ZodType): boolean {
  const def = definitionOf(schema)
  if (def.type === 'union') return def.options.every(hasTextKeys)
  if (def.type === 'enum') return Object.values(def.entries).every((key) => typeof key === 'string')
  if (def.type === 'literal') return def.values.every((key) => typeof key === 'string')
  return def.type === 'string'
}

function hasMaximum(def: z.core.$ZodArrayDef): boolean {
  return def.checks?.some((check) => ['max_length', 'length_equals'].includes(checkOf(check).check)) === true
}

const OBJECT: object = {}
const SCALARS: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'null', 'literal', 'enum'])
