import { expect, test } from 'vitest'
import { scopeHierarchy } from '../src/scope-hierarchy.ts'

test('implies through any number of steps, in a cycle too, and nothing that is not written down', () => {
  const expand = scopeHierarchy({ a: ['b', 'c'], b: ['d'], d: ['a'], x: ['y'] })
  expect(new Set(expand(['b']))).toEqual(new Set(['a', 'b', 'c', 'd']))
  expect(expand(['c', 'z'])).toEqual(['c', 'z'])
  expect(expand([])).toEqual([])
})

test('names of Object.prototype are scopes like any other', () => {
  expect(scopeHierarchy({})(['constructor', '__proto__'])).toEqual(['constructor', '__proto__'])
})
