import type { ServerResponse } from 'node:http'

/** Answers with one JSON document. */
export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  const body = JSON.stringify(value)
  response.statusCode = status
  response.setHeader('content-type', 'application/json').setHeader('content-length', Buffer.byteLength(body)).end(body)
}
