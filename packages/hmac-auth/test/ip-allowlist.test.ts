import { verifies, violates } from '@ringfence/policy'
import { expect, test } from 'vitest'
import { ipAllowlist } from '../src/index.ts'
import { received } from './support/fixture.ts'

const codeFor = async (allow: readonly string[], address: string, more = {}): Promise<string> => {
  const headers = [['x-forwarded-for', '192.0.2.7']] as const
  const outcome = await ipAllowlist({ allow, ...more }).check(received({ headers, address }), {})
  return outcome.ok ? 'allowed' : outcome.code
}

verifies('TR-09/app', 'an address outside the list of the app is refused', async () => {
  expect(await codeFor(['192.0.2.0/24'], '192.0.2.7')).toBe('allowed')
  expect(await codeFor(['192.0.2.0/24'], '::ffff:192.0.2.7')).toBe('allowed')
  expect(await codeFor(['192.0.2.0/24'], '198.51.100.1')).toBe('address_not_allowed')
  expect(await codeFor([], '192.0.2.7')).toBe('address_not_allowed')
  expect(await codeFor(['192.0.2.0/24'], 'garbage')).toBe('address_not_allowed')
})

violates('TR-09/app', 'a list that is too wide lets the same address in', async () => {
  expect(await codeFor(['198.0.0.0/8'], '198.51.100.1')).toBe('allowed')
})

test('a forwarded address counts from a trusted proxy only', async () => {
  const proxies = { trustedProxies: ['10.0.0.0/24'] }
  expect(await codeFor(['192.0.2.0/24'], '10.0.0.1', proxies)).toBe('allowed')
  expect(await codeFor(['192.0.2.0/24'], '10.0.1.1', proxies)).toBe('address_not_allowed')
  expect(await codeFor(['192.0.2.0/24'], '10.0.0.1', { ...proxies, forwardedHeader: 'forwarded' })).toBe(
    'address_not_allowed',
  )
})

test('the address stays out of the log', async () => {
  const outcome = await ipAllowlist({ allow: ['192.0.2.1'] }).check(
    received({ headers: [], address: '198.51.100.1' }),
    {},
  )
  expect(JSON.stringify(outcome)).not.toContain('198.51')
})

test('host bits and /0 are refused at start-up', () => {
  expect(() => ipAllowlist({ allow: ['10.1.2.3/8'] })).toThrow()
  expect(() => ipAllowlist({ allow: ['0.0.0.0/0'] })).toThrow()
})
