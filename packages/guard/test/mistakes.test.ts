import { fileURLToPath } from 'node:url'
import express from 'express'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { bodyLimit, guards, open } from '../src/index.ts'
import { guarded as expressGuarded, guardExpress } from '../src/express.ts'
import { guarded as fastifyGuarded, guardFastify } from '../src/fastify.ts'
import { guarded, guardNode, stopServer } from '../src/node.ts'
import { exchange } from '../src/testing.ts'
import { listen } from './adapters.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

// The likeliest mistakes of a user, with the text each gets. The snapshots are read in review like documentation.

describe('at compile time', () => {
  const prelude = `
    import { allow, guards, Principal, requireScopes, type Guard } from './packages/guard/src/index.ts'
    import { guarded } from './packages/guard/src/node.ts'
    declare const authenticate: Guard<{}, { principal: Principal }>
    declare const validate: Guard<{}, { input: { quantity: string } }>
  `
  const mistakes: Readonly<Record<string, string>> = {
    '1 the scope is checked before anybody is authenticated': 'guards().use(requireScopes("trade")).use(authenticate)',
    '2 authentication is forgotten': 'guards().use(validate).use(requireScopes("trade"))',
    '3 a guard is added twice': 'guards().use(authenticate).use(authenticate)',
    '4 a principal is made up': 'const me: Principal = { kind: "api-key", id: "me", clientId: "me", scopes: [] }',
    '5 a guard that needs more stands in for one that needs less': 'const any: Guard<{}, {}> = requireScopes("trade")',
    '6 the handler reads what no guard proved': 'guarded(guards().use(validate), (ctx) => ctx.principal.id)',
  }
  const errors = compile(Object.values(mistakes).map((line) => `${prelude}\n${line}`))
  test.each(Object.keys(mistakes).map((name, i) => [name, errors[i]]))('%s', (_name, error) => {
    expect(error).toMatchSnapshot()
  })
})

describe('at start-up', () => {
  test('7 a route has no guards', () => {
    const forgotten = guardFastify()
    expect(() => forgotten.get('/v1/orders', () => 'all of them')).toThrowErrorMatchingSnapshot()
  })
  test('8 two routes can match one path', () => {
    const handler = guarded(open('test'), () => {})
    expect(() =>
      guardNode({ 'GET /orders/:id': handler, 'GET /orders/latest': handler }),
    ).toThrowErrorMatchingSnapshot()
  })
  test('9 Fastify is to rewrite URLs behind the guards', () => {
    expect(() => guardFastify({ fastify: { rewriteUrl: () => '/' } })).toThrowErrorMatchingSnapshot()
  })
  test('10 Express routes hide in a router', () => {
    expect(() => guardExpress((app) => app.use('/v1', express.Router()))).toThrowErrorMatchingSnapshot()
  })
})

describe('at run time', () => {
  test('11 a body parser reads the body before the guards', async () => {
    const reasons: unknown[] = []
    const routes = {
      'POST /orders': guarded(guards().use(bodyLimit(99)), (_ctx, _request, response) => response.end()),
    }
    const server = guardNode(routes, { onDeny: ({ internal }) => reasons.push(internal) })
    const parse = express.json()
    const [serve] = server.listeners('request')
    server.removeAllListeners('request')
    server.on('request', (request, response) => parse(request, response, () => serve!(request, response)))
    const port = await listen(server)
    const wire = 'POST /orders HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}'
    expect((await exchange(port, [wire]))[0]?.status).toBe(503)
    expect(String((reasons[0] as { error: Error }).error)).toMatchSnapshot()
    await stopServer(server, 100)
  })
  test('12 the app is served by another server than the one of the adapter', async () => {
    const app = guardFastify()
    const thrown: unknown[] = []
    app.addHook('onError', async (_request, _reply, error) => void thrown.push(error))
    app.get(
      '/orders',
      fastifyGuarded(open('test'), async () => 'all of them'),
    )
    await app.ready()
    app.inject('/orders').catch(() => {})
    await expect.poll(() => String(thrown[0])).toMatch(/guard/)
    expect(String(thrown[0])).toMatchSnapshot()
  })
  test('13 a proxy re-encodes the query', async () => {
    const server = guardExpress((app) =>
      app.get(
        '/orders',
        expressGuarded(open('test'), (_ctx, _req, res) => res.end()),
      ),
    )
    const port = await listen(server)
    const [answer] = await exchange(port, [
      'GET /orders?symbol=%42TC HTTP/1.1\r\nHost: a\r\nX-Request-ID: request-1\r\n\r\n',
    ])
    expect(answer?.body).toMatchSnapshot()
    await stopServer(server, 100)
  })
})

/** The first error TypeScript has to say about each source. */
function compile(sources: readonly string[]): string[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    customConditions: ['@ringfence/source'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
  }
  const files = new Map(sources.map((source, i) => [`${ROOT}mistake-${i}.ts`, source]))
  const host = ts.createCompilerHost(options)
  const onDisk = { ...host }
  host.fileExists = (name) => files.has(name) || onDisk.fileExists(name)
  host.getSourceFile = (name, language) => {
    const source = files.get(name)
    return source === undefined ? onDisk.getSourceFile(name, language) : ts.createSourceFile(name, source, language)
  }
  const program = ts.createProgram([...files.keys()], options, host)
  return [...files.keys()].map((name) => {
    const [first] = program.getSemanticDiagnostics(program.getSourceFile(name))
    return first === undefined ? 'it compiles' : ts.flattenDiagnosticMessageText(first.messageText, '\n')
  })
}
