import { expect, test } from 'vitest'
import { UnsupportedProtocolVersionError } from '@modelcontextprotocol/server'
import { protocolRefusal } from '../../src/mcp/protocol-refusal.ts'

test('of what the protocol refuses the log learns code or rule, and nothing that the caller wrote', () => {
  const version = new UnsupportedProtocolVersionError({ supported: ['2026-07-28'], requested: 'planted' })
  expect(protocolRefusal(version)).toEqual({ event: 'mcp.refused', code: -32_022 })
  const mismatch = new Error('Rejected inbound request (name-header-mismatch): the field names "planted"')
  expect(protocolRefusal(mismatch)).toEqual({ event: 'mcp.refused', rule: 'name-header-mismatch' })
})

test('whatever else goes wrong is a fault, and logged as one', () => {
  const fault = new Error('the factory returned nothing')
  expect(protocolRefusal(fault)).toEqual({ event: 'mcp.failed', error: fault })
})
