import { open, refuse } from '@ringfence/guard'
import { guarded } from '@ringfence/guard/fastify'
import type { Sessions, SessionTimes } from '@ringfence/hmac-auth/sessions'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { cancelOrder } from '../orders/cancel-order.ts'
import type { Desk } from '../orders/desk.ts'
import type { Order } from '../orders/order.ts'
import { placeOrder } from '../orders/place-order.ts'
import { EVERYTHING } from '../store/halt-store.ts'
import type { Chains } from './chains.ts'

/** What the handlers need. */
export interface RouteOptions {
  readonly chains: Chains
  readonly sessions: Sessions
  readonly desk: Desk
  /** Resolves if everything that a guarded route needs is up. */
  readonly isReady: () => Promise<boolean>
}

/** Registers every route of the trading API. */
export function addRoutes(app: FastifyInstance, { chains, sessions, desk, isReady }: RouteOptions): void {
  app.get(
    '/healthz',
    guarded(open('says only that the process lives'), () => ({ status: 'alive' })),
  )
  app.get(
    '/readyz',
    guarded(open('says only whether requests can be served'), async () => {
      if (!(await isReady())) refuse('dependency_unavailable')
      return { status: 'ready' }
    }),
  )

  app.post(
    '/v1/sessions',
    guarded(chains.key, async ({ principal }, request, reply) => {
      const { sessionId, ...times } = await sessions.start(principal, entryOf(request))
      return reply.code(201).send({ sessionId, ...spelled(times) })
    }),
  )
  app.get(
    '/v1/sessions/current',
    guarded(chains.session, ({ session }) => spelled(session)),
  )
  app.post(
    '/v1/sessions/current',
    guarded(chains.session, async ({ principal, session }, request, reply) => {
      const next = await sessions.rotate(session.sessionId, principal, entryOf(request))
      const { sessionId, ...times } = next ?? refuse('session_invalid')
      return reply.code(201).send({ sessionId, ...spelled(times) })
    }),
  )
  app.delete(
    '/v1/sessions/current',
    guarded(chains.session, async ({ principal, session }, _request, reply) => {
      await sessions.revoke(session.sessionId, principal)
      return reply.code(204).send()
    }),
  )
  app.delete(
    '/v1/sessions',
    guarded(chains.key, async ({ principal }) => ({ revoked: await sessions.revokeAll(principal.id) })),
  )

  app.post(
    '/v1/orders',
    guarded(chains.place, async ({ input, signature }, _request, reply) =>
      reply.code(201).send(await placeOrder(desk, input, signature)),
    ),
  )
  app.get(
    '/v1/orders',
    guarded(chains.read, () => ({ items: desk.orders.list(desk.accountId, MAX_ITEMS).map(shown) })),
  )
  app.get(
    '/v1/orders/:id',
    guarded(chains.readOrder, ({ params }) =>
      shown(desk.orders.find(desk.accountId, params.id) ?? refuse('not_found')),
    ),
  )
  app.delete(
    '/v1/orders/:id',
    guarded(chains.cancel, ({ params, signature }) => cancelOrder(desk, params.id, signature)),
  )

  app.get(
    '/v1/instruments',
    guarded(chains.read, () => ({ items: desk.instruments.list() })),
  )
  app.get(
    '/v1/account',
    guarded(chains.read, () => ({
      accountId: desk.accountId,
      venue: desk.venue.name,
      openOrders: desk.orders.countOpen(desk.accountId),
      maxOpenOrders: desk.limits.openOrders,
      halted: desk.halts.has(EVERYTHING),
    })),
  )
}

/** The local end of the connection, as the guards see it: sessions are bound to it. */
function entryOf({ socket }: FastifyRequest): string {
  return `${socket.localAddress ?? ''}:${socket.localPort ?? 0}`
}

function spelled({ expiresAt, idleExpiresAt }: SessionTimes): Record<'expiresAt' | 'idleExpiresAt', string> {
  return { expiresAt: new Date(expiresAt).toISOString(), idleExpiresAt: new Date(idleExpiresAt).toISOString() }
}

/** The account is the caller's own: it need not be told. */
function shown({ accountId: _accountId, createdAt, updatedAt, ...order }: Order): object {
  return { ...order, createdAt: new Date(createdAt).toISOString(), updatedAt: new Date(updatedAt).toISOString() }
}

/** Orders in one answer: the newest. */
const MAX_ITEMS = 100
