import { expect, test } from 'vitest'
import { headersDisagree } from '../../src/mcp/headers-disagree.ts'

const base64 = (text: string): string => `=?base64?${Buffer.from(text).toString('base64')}?=`
const message = (name: string | undefined): Parameters<typeof headersDisagree>[0] => ({
  value: {},
  id: 1,
  method: 'tools/call',
  name,
})

test.each<[string, string | undefined, Record<string, string[]>, boolean]>([
  ['nothing said', 'a', {}, false],
  ['the same', 'a', { 'mcp-method': ['tools/call'], 'mcp-name': ['a'] }, false],
  ['the same, encoded', 'größe', { 'mcp-name': [base64('größe')] }, false],
  ['another method', 'a', { 'mcp-method': ['tools/list'] }, true],
  ['a method in upper case', 'a', { 'mcp-method': ['TOOLS/CALL'] }, true],
  ['another name', 'a', { 'mcp-name': ['b'] }, true],
  ['another name, encoded', 'a', { 'mcp-name': [base64('b')] }, true],
  ['a name where the body has none', undefined, { 'mcp-name': ['a'] }, true],
  ['the same twice', 'a', { 'mcp-name': ['a', 'a'] }, true],
  ['two that make one when they are joined', 'a, b', { 'mcp-name': ['a', 'b'] }, true],
  ['two methods', 'a', { 'mcp-method': ['tools/call', 'tools/call'] }, true],
  ['an encoding without its padding', 'a', { 'mcp-name': ['=?base64?YQ?='] }, true],
  ['an encoding that is none', 'a', { 'mcp-name': ['=?base64?YQ?=='] }, true],
  ['bytes that are no text', '\ufffd', { 'mcp-name': [`=?base64?${Buffer.from([0xff]).toString('base64')}?=`] }, true],
  ['a name like an encoding, as it is', '=?base64?a?=', { 'mcp-name': ['=?base64?a?='] }, true],
  ['a name like an encoding, encoded', '=?base64?a?=', { 'mcp-name': [base64('=?base64?a?=')] }, false],
  ['the markers in upper case', 'a', { 'mcp-name': ['=?BASE64?YQ==?='] }, true],
])('%s', (_, name, fields, disagree) => {
  expect(headersDisagree(message(name), fields)).toBe(disagree)
})
