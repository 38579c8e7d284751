import type { Message } from './message.ts'

/** The values of every field by its name in lower case, as `IncomingMessage.headersDistinct` has them. */
type Fields = Readonly<Record<string, readonly string[] | undefined>>

/**
 * True if the `Mcp-Method` or `Mcp-Name` field says something else than the body, or is there twice, so that a proxy on
 * the way may have understood another request than this server does. It looks at requests of every revision, although only
 * the newest has these fields: a proxy that believes them does not ask for the revision. That they are there where the
 * newest revision demands them is checked by the protocol.
 */
export function headersDisagree({ method, name }: Message, fields: Fields): boolean {
  const { 'mcp-method': methods = [], 'mcp-name': names = [] } = fields
  if (methods.length > 1 || names.length > 1) return true
  return methods.some((said) => said !== method) || names.some((said) => said !== encodedLike(said, name))
}

/**
 * The name as a field of this form has to spell it: names that a field cannot hold come as Base64 (MCP 2026-07-28, Streamable
 * HTTP, value encoding). The name is encoded rather than the field decoded, because Node's decoder also reads what another
 * refuses, and only the canonical spelling says the same to everybody.
 */
function encodedLike(value: string, name: string | undefined): string | undefined {
  if (name === undefined || !value.startsWith('=?base64?') || !value.endsWith('?=')) return name
  return `=?base64?${Buffer.from(name).toString('base64')}?=`
}
