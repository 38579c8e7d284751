import type * as z from 'zod'
import { freezeData, hasPlainPrototype, isLeaf, MOST_VALUES, plainSize } from './plain-data.ts'
import { definitionOf } from './zod-internals.ts'

/**
 * Where in a value that a schema accepts objects and lists can be, so that the walks over it look nowhere else: an order of
 * eleven texts and numbers is counted and frozen without reading one of them.
 */
export type Layout = 'leaf' | 'unknown' | ObjectLayout | ListLayout

interface ObjectLayout {
  /** The fields that can hold an object or a list. */
  readonly fields: readonly (readonly [key: string, layout: Layout])[]
}

interface ListLayout {
  readonly item: Layout
}

/** The layout of a schema that `assertStrict` let pass and that transforms nothing. */
export function layoutOf(schema: z.core.$ZodType): Layout {
  const def = definitionOf(schema)
  if (def.type === 'object') {
    const fields = Object.entries(def.shape).map(([key, field]) => [key, layoutOf(field)] as const)
    return { fields: fields.filter(([, layout]) => layout !== 'leaf') }
  }
  if (def.type === 'array') return { item: layoutOf(def.element) }
  if (def.type === 'optional' || def.type === 'nullable' || def.type === 'nonoptional' || def.type === 'readonly') {
    return layoutOf(def.innerType)
  }
  return LEAVES.has(def.type) ? 'leaf' : 'unknown'
}

/**
 * {@link plainSize} of a value for a schema of this layout. What the schema refuses anyway counts one, unseen. Only holds
 * while no prototype is polluted.
 */
export function sizeBy(layout: Layout, value: unknown): number {
  if (isLeaf(value)) return 1
  if (layout === 'unknown') return plainSize(value, false)
  if (!hasPlainPrototype(value)) return -1
  let size = 1
  if (layout === 'leaf') return size
  if ('item' in layout) {
    if (!Array.isArray(value)) return size
    if (value.length > MOST_VALUES) return -1
    for (let i = 0; i < value.length; i++) {
      // A hole, which a polluted Array.prototype could fill.
      const inner = Object.hasOwn(value, i) ? sizeBy(layout.item, value[i]) : -1
      if (inner === -1) return -1
      size += inner
    }
    return size
  }
  for (const _ in value) size++
  for (const [key, field] of layout.fields) {
    if (!Object.hasOwn(value, key)) continue
    const inner = sizeBy(field, (value as Record<string, unknown>)[key])
    if (inner === -1) return -1
    size += inner - 1
  }
  return size
}

/** {@link freezeData} of a value that a schema of this layout accepted, while no prototype is polluted. */
export function freezeBy(layout: Layout, value: unknown): number {
  if (isLeaf(value)) return 1
  if (typeof layout === 'string') return freezeData(value, false)
  let size = 1
  if (Array.isArray(value)) {
    if ('item' in layout) for (let i = 0; i < value.length; i++) size += freezeBy(layout.item, value[i])
  } else {
    for (const _ in value) size++
    if ('fields' in layout) {
      for (const [key, field] of layout.fields) size += freezeBy(field, (value as Record<string, unknown>)[key]) - 1
    }
  }
  Object.freeze(value)
  return size
}

const LEAVES: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'null', 'literal', 'enum', 'never'])
