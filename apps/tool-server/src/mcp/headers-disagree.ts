import type { IncomingHttpHeaders } from 'node:http'
import type { Message } from './message.ts'

/**
 * True if the `Mcp-Method` or `Mcp-Name` field says something else than the body, so that a proxy on the way may have
 * understood another request than this server does. It looks at requests of every revision, although only the newest
 * has these fields: a proxy that believes them does not ask for the revision. That they are there where the newest
 * revision demands them is checked by the protocol.
 */
export function headersDisagree({ method, name }: Message, headers: IncomingHttpHeaders): boolean {
  // Node joins repeated fields with a comma, and then they agree with nothing.
  const { 'mcp-method': saidMethod, 'mcp-name': saidName } = headers
  if (saidMethod !== undefined && saidMethod !== method) return true
  return saidName !== undefined && decoded(String(saidName)) !== name
}

/** Names that a field cannot hold come as Base64 (MCP 2026-07-28, Streamable HTTP, header value encoding). */
function decoded(value: string): string {
  const encoded = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/.exec(value)?.[1]
  return encoded === undefined ? value : Buffer.from(encoded, 'base64').toString('utf8')
}
