import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/server'
import { PNG } from './samples.ts'

/** Resources of every kind, and subscriptions to them. */
export function addResources(server: McpServer): void {
  for (const [name, content] of Object.entries(RESOURCES)) {
    const { uri, mimeType } = content
    server.registerResource(name, uri, { title: name, description: 'A resource.', mimeType }, () => ({
      contents: [content],
    }))
  }
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { title: 'template', description: 'A resource for each id.', mimeType: 'application/json' },
    (uri, { id }) => {
      const text = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${String(id)}` })
      return { contents: [{ uri: uri.toString(), mimeType: 'application/json', text }] }
    },
  )
  server.server.setRequestHandler('resources/subscribe', () => ({}))
  server.server.setRequestHandler('resources/unsubscribe', () => ({}))
}

const RESOURCES = {
  'static-text': {
    uri: 'test://static-text',
    mimeType: 'text/plain',
    text: 'This is the content of the static text resource.',
  },
  'static-binary': { uri: 'test://static-binary', mimeType: 'image/png', blob: PNG },
  'watched-resource': { uri: 'test://watched-resource', mimeType: 'text/plain', text: 'Watched resource content' },
}
