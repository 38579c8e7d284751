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
  return methods.some((said) => said !== method) || names.some((said) => decoded(said) !== name)
}

/** Names that a field cannot hold come as Base64 (MCP 2026-07-28, Streamable HTTP, header value encoding). */
function decoded(value: string): string {
  const encoded = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/.exec(value)?.[1]
  if (encoded === undefined) return value
  const bytes = Buffer.from(encoded, 'base64')
  // Node also reads spellings that another decoder refuses: only the canonical one says the same to everybody.
  return bytes.toString('base64') === encoded ? bytes.toString('utf8') : value
}
