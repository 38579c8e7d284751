import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'

/**
 * Hands everything it gets on to the app, with an Authorization field: the conformance suite cannot send one. Host and Origin
 * stay what the suite made of them.
 */
export async function startTokenProxy(options: {
  readonly port: number
  readonly appPort: number
  /** Undefined to show that nothing works without one. */
  readonly token: string | undefined
}): Promise<Server> {
  const { port, appPort, token } = options
  const server = createServer((incoming, response) => {
    const headers = { ...incoming.headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) }
    const onward = request({ host: '127.0.0.1', port: appPort, method: incoming.method, path: incoming.url, headers })
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    response.on('close', () => onward.destroy())
    incoming.pipe(onward)
  })
  await once(server.listen(port, '127.0.0.1'), 'listening')
  return server
}
