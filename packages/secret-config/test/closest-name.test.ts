import { expect, test } from 'vitest'
import { closestName } from '../src/closest-name.ts'

test('finds the name that is at most two mistakes away, and the nearer of two', () => {
  const known = ['TRADING_PORT', 'TRADING_HOST', 'TRADING_DB_KEY']
  expect(closestName('TRADING_PROT', known)).toBe('TRADING_PORT')
  expect(closestName('TRADING_DBKEY', known)).toBe('TRADING_DB_KEY')
  expect(closestName('TRADING_HOSTS', known)).toBe('TRADING_HOST')
  expect(closestName('TRADING_VENUE', known)).toBeUndefined()
})
