import { createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { systemClock } from '@ringfence/guard'
import { createLogger } from '@ringfence/log-redaction'
import { Secret } from '@ringfence/secret-config'
import { createApp } from '@ringfence/trading/create-app'
import { createDesk } from '@ringfence/trading/orders/desk'
import { orderLimits } from '@ringfence/trading/orders/order-limits'
import { placeOrder } from '@ringfence/trading/orders/place-order'
import { openStore } from '@ringfence/trading/store/open-store'
import { createPaperVenue } from '@ringfence/trading/venues/paper-venue'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import type { Report, Setup } from './contender.ts'

// One contender in a process of its own, so that its CPU time is its own. Told what to be over IPC.

const LIMIT = 5_000
const ORDER_LIMITS = { openOrders: 1_000_000, ordersPerDay: 1_000_000, position: '1000000000000', duplicateMs: 0 }
const AUTHORITY = 'bench.test'

process.once('message', (setup: Setup) => void serve(setup))

async function serve(setup: Setup): Promise<void> {
  const port = setup.contender === 'ringfence' ? await ringfence(setup) : await plain(setup)
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    tell({ type: 'cpu', micros: user + system })
  })
  process.on('disconnect', () => process.exit(0))
  tell({ type: 'listening', port })
}

function tell(report: Report): void {
  process.send!(report)
}

/** The trading app as it is, with its limits raised. */
function ringfence({ folder, trade, read }: Setup): Promise<number> {
  const key = { allow: ['127.0.0.1'] }
  return createApp({
    hosts: ['127.0.0.1'],
    port: 0,
    keys: [
      { ...key, ...trade, scope: 'trade' },
      { ...key, ...read, scope: 'read' },
    ],
    authorities: [AUTHORITY],
    ipAllow: ['127.0.0.1'],
    database: { path: join(folder, 'ringfence.db'), key: randomBytes(32).toString('hex') },
    trailKey: new Secret(randomBytes(32).toString('hex')),
    limits: { endpoint: LIMIT, key: LIMIT, address: LIMIT, tracked: 16, ...ORDER_LIMITS },
    logger: createLogger({ name: 'bench', destination: { write: () => {} } }),
  }).listen()
}

/** The same handlers behind Fastify: with one raw HMAC, or with nothing at all. */
async function plain({ contender, folder, trade, read }: Setup): Promise<number> {
  const db = openStore(join(folder, `${contender}.db`), randomBytes(32).toString('hex'))
  const venue = createPaperVenue(db)
  const desk = createDesk({
    db,
    venue,
    trailKey: randomBytes(32).toString('hex'),
    accountId: 'main',
    limits: orderLimits(ORDER_LIMITS),
    clock: systemClock,
    random: randomBytes,
    report: () => {},
  })
  desk.instruments.replace(await venue.instruments(AbortSignal.timeout(1_000)))
  const app = Fastify()
  if (contender === 'rawHmac') addRawHmac(app, [trade, read])
  app.get('/v1/instruments', () => ({ items: desk.instruments.list() }))
  app.post('/v1/orders', async (request, reply) => {
    const verdict = desk.schema.validate(request.body)
    if (!verdict.ok) return reply.code(422).send()
    return reply.code(201).send(await placeOrder(desk, verdict.value, { isFresh: () => true }))
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  return (app.server.address() as AddressInfo).port
}

/** What people write by hand: a MAC over method, URL, time and body, with a cached key, compared in constant time. */
function addRawHmac(app: FastifyInstance, keys: readonly { readonly id: string; readonly secret: string }[]): void {
  const secrets = new Map(keys.map(({ id, secret }) => [id, createSecretKey(secret, 'utf8')]))
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.addHook('preHandler', async (request, reply) => {
    const body = typeof request.body === 'string' ? request.body : ''
    if (!isSigned(request, body)) await reply.code(401).send()
    else if (body !== '') request.body = JSON.parse(body)
  })
  const isSigned = ({ method, url, headers }: FastifyRequest, body: string): boolean => {
    const { 'x-key': id, 'x-time': time, 'x-mac': mac } = headers
    const secret = secrets.get(String(id))
    if (secret === undefined || Math.abs(Date.now() - Number(time)) > 5_000) return false
    const expected = createHmac('sha256', secret)
      .update(`${method}\n${url}\n${String(time)}\n${body}`)
      .digest()
    const given = Buffer.from(String(mac), 'hex')
    return given.length === expected.length && timingSafeEqual(given, expected)
  }
}
