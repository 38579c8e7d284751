import { expect, test } from 'vitest'
import { canonicalUri } from '../src/canonical-uri.ts'

test.each([
  ['HTTPS://Tools.Example/MCP', 'https://tools.example/MCP'],
  ['https://tools.example:8443/Mcp?A=B', 'https://tools.example:8443/Mcp?A=B'],
  ['HTTPS://[2001:DB8::1]/', 'https://[2001:db8::1]/'],
  ['HTTPS://TOOLS.EXAMPLE', 'https://tools.example'],
  ['urn:Example:API', 'urn:Example:API'],
  ['https://User@tools.example/', 'https://User@tools.example/'],
  ['API', 'API'],
  ['', ''],
])('%j is compared as %j', (text, canonical) => {
  expect(canonicalUri(text)).toBe(canonical)
})
