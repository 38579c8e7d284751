import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateApiKey } from '@ringfence/hmac-auth'
import { signedFetch } from '@ringfence/hmac-auth/client'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '@ringfence/redis/testing'
import { startAuthorizationServer } from '../dev/authorization-server.ts'
import { requestToken, type Sent, toolCall } from './support/fixture.ts'
import { listening, start } from './support/process.ts'

test('the trading tools read what a trading process has, with a key of their own and for named subjects only', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tools-trading-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const [tradingPort, toolsPort, issuerPort] = [await freePort(), await freePort(), await freePort()]
  const allow = ['127.0.0.1']
  const [own, trade] = [generateApiKey({ scope: 'read', allow }), generateApiKey({ scope: 'trade', allow })]
  const tradingUrl = `http://127.0.0.1:${tradingPort}`
  const trading = await listening(
    start({
      main: new URL('../../trading/src/main.ts', import.meta.url),
      cwd: folder,
      env: {
        NODE_ENV: 'development',
        TRADING_PORT: String(tradingPort),
        TRADING_API_KEYS: JSON.stringify([own, trade]),
        TRADING_DB_PATH: join(folder, 'orders.db'),
        TRADING_DB_KEY: randomBytes(32).toString('hex'),
        TRAIL_KEY: randomBytes(32).toString('hex'),
        LOG_FINGERPRINT_KEY: randomBytes(32).toString('hex'),
      },
    }),
  )
  const [issuer, resource] = [`http://127.0.0.1:${issuerPort}`, `http://127.0.0.1:${toolsPort}/mcp`]
  const clientSecret = randomBytes(32).toString('hex')
  const oauth = await startAuthorizationServer({
    issuer,
    defaultResource: resource,
    clientId: 'tester',
    clientSecret,
    scopes: ['trading:read'],
  })
  onTestFinished(() => {
    oauth.closeAllConnections()
    oauth.close()
  })
  const startTools = (port: number, subjects: string) =>
    listening(
      start({
        main: new URL('../src/main.ts', import.meta.url),
        cwd: folder,
        env: {
          NODE_ENV: 'development',
          TOOLS_PORT: String(port),
          TOOLS_RESOURCE: resource,
          TOOLS_OAUTH_ISSUER: issuer,
          TOOLS_TRADING_URL: tradingUrl,
          TOOLS_TRADING_KEY_ID: own.id,
          TOOLS_TRADING_KEY_SECRET: own.secret,
          TOOLS_TRADING_SUBJECTS: subjects,
          LOG_FINGERPRINT_KEY: randomBytes(32).toString('hex'),
        },
      }),
    )
  const tools = await startTools(toolsPort, 'tester')
  const orderId = await placeOrder(tradingUrl, trade)
  const token = await requestToken({ issuer, clientSecret, scope: 'trading:read', resource })
  const call = async ({ message, headers }: Sent, url = resource): Promise<string> => {
    const accept = 'application/json, text/event-stream'
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, authorization: `Bearer ${token}`, ...headers },
      body: JSON.stringify(message),
    })
    return answer.text()
  }

  expect(await call(toolCall('list_instruments'))).toContain('referencePrice')
  expect(await call(toolCall('list_orders'))).toContain(orderId)
  const said = [trading.text(), tools.text(), trading.errors(), tools.errors()].join('\n')
  for (const secret of [own.secret, trade.secret, clientSecret, ...token.split('.')]) expect(said).not.toContain(secret)

  tools.child.kill('SIGTERM')
  expect(await tools.ended).toBe(0)
  const others = await startTools(toolsPort, 'somebody-else')
  expect(await call(toolCall('list_orders'))).toContain('-32602')
  others.child.kill('SIGTERM')
  trading.child.kill('SIGTERM')
  expect(await Promise.all([others.ended, trading.ended])).toEqual([0, 0])
}, 60_000)

/** Places an order as its owner does; answers its id. */
async function placeOrder(url: string, { id: keyId, secret }: { id: string; secret: string }): Promise<string> {
  const send = signedFetch({ keyId, secret, tag: 'ringfence-trading' })
  for (let tries = 0; tries < 40; tries++) {
    const session = await send(`${url}/v1/sessions`, { method: 'POST' })
    if (session.status === 201) {
      const { sessionId } = (await session.json()) as { sessionId: string }
      const body = JSON.stringify({
        clientOrderId: 'tools-1',
        symbol: 'BTC-EUR',
        side: 'buy',
        type: 'market',
        quantity: '1',
      })
      const placed = await send(`${url}/v1/orders`, { method: 'POST', body, sessionId })
      const { orderId } = (await placed.json()) as { orderId?: string }
      if (orderId === undefined) throw new Error(`the order was answered with ${placed.status}`)
      return orderId
    }
    // Signatures count from one to two seconds after a start on.
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
  throw new Error('no session was started')
}
