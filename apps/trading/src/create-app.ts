import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import type { DatabaseKey, EncryptedDatabase } from '@ringfence/encrypted-sqlite'
import { type Clock, explain, type ReplayStore, systemClock } from '@ringfence/guard'
import { guardFastify } from '@ringfence/guard/fastify'
import { type ApiKeyRecord, type KeyRing, memoryReplayStore } from '@ringfence/hmac-auth'
import { createSessions, memorySessionStore, type SessionStore } from '@ringfence/hmac-auth/sessions'
import type { Store as LimitStore } from '@ringfence/rate-limit'
import type { Secret } from '@ringfence/secret-config'
import type { Logger } from 'pino'
import * as events from './events.ts'
import { createChains, REQUEST_LIMITS, type RequestLimits } from './http/chains.ts'
import { type Listener, listen } from './http/listener.ts'
import { createReadiness, type Dependency } from './http/readiness.ts'
import { addRoutes } from './http/routes.ts'
import { askVenue } from './orders/ask-venue.ts'
import { createDesk, type Desk } from './orders/desk.ts'
import { type OrderLimits, orderLimits } from './orders/order-limits.ts'
import { recoverOrders } from './orders/recover-orders.ts'
import { openStore } from './store/open-store.ts'
import { createPaperVenue } from './venues/paper-venue.ts'
import type { Venue } from './venues/venue.ts'

/** What a trading app is made of. */
export interface AppOptions {
  /** Loopback addresses. */
  readonly hosts: readonly string[]
  readonly port: number
  readonly keys: KeyRing | readonly ApiKeyRecord[]
  /** What clients put into Host. */
  readonly authorities: readonly string[]
  readonly ipAllow: readonly string[]
  readonly trustedProxies?: readonly string[]
  readonly database: { readonly path: string; readonly key: DatabaseKey }
  readonly trailKey: Secret
  readonly logger: Logger
  /** The account that every key trades for. Default `main`. */
  readonly accountId?: string
  readonly sessions?: { readonly absoluteMs?: number; readonly idleMs?: number }
  /** Of requests and of orders; the defaults are `REQUEST_LIMITS` and `DEFAULT_LIMITS`. */
  readonly limits?: Partial<RequestLimits> & Partial<OrderLimits>
  readonly stores?: AppStores
  /** Default: the embedded paper venue. */
  readonly venue?: (db: EncryptedDatabase) => Venue
  /** What `/readyz` asks besides database and venue. */
  readonly dependencies?: readonly Dependency[]
  readonly clock?: Clock
  readonly random?: (size: number) => Uint8Array
}

/** What remembers between requests. Default: this process. */
export interface AppStores {
  readonly replay?: ReplayStore
  readonly sessions?: SessionStore
  /** Of the request limits. */
  readonly limits?: LimitStore
}

/** A trading app, ready to listen. */
export interface App {
  readonly server: Server
  /** Every route with its guards, and what each can deny. */
  explain(): string
  /** Settles what a crash left open, then takes requests on every address. Answers the port. */
  listen(): Promise<number>
  /** Lets requests in flight finish within 10 s, then closes everything. Safe to call twice. */
  close(): Promise<void>
}

/**
 * Puts the trading API together.
 *
 * @throws RingfenceError `database_*`, `key_invalid`, `cidr_invalid`, `option_invalid`
 */
export function createApp(options: AppOptions): App {
  const { clock = systemClock, random = randomBytes, limits = {}, logger } = options
  const db = openStore(options.database.path, options.database.key)
  const venue = options.venue?.(db) ?? createPaperVenue(db)
  const desk = options.trailKey.use((trailKey) =>
    createDesk({
      db,
      trailKey,
      venue,
      accountId: options.accountId ?? 'main',
      limits: orderLimits(limits),
      clock,
      random,
      report: (event) => logger.info(events.orderSettled(event)),
    }),
  )
  const sessions = createSessions({
    store: options.stores?.sessions ?? memorySessionStore(),
    ...options.sessions,
    clock,
    random,
    onEvent: (event) => logger.info(events.sessionsChanged(event)),
  })
  const chains = createChains({
    keys: options.keys,
    authorities: options.authorities,
    ipAllow: options.ipAllow,
    trustedProxies: options.trustedProxies ?? [],
    replay: options.stores?.replay ?? memoryReplayStore({ clock }),
    sessions,
    schema: desk.schema,
    limits: { ...REQUEST_LIMITS, ...limits },
    ...(options.stores?.limits && { limitStore: options.stores.limits }),
    clock,
  })
  const app = guardFastify({
    responseHeaders: [['x-api-version', '1']],
    onDeny: (event) => logger.warn({ event: 'request.denied', ...event }),
    onError: (event) => logger.error({ event: 'request.failed', ...event }),
  })
  const isUp = createReadiness(
    [
      () => db.prepare('select 1 from meta').get(),
      () => venue.ready(AbortSignal.timeout(1_000)),
      ...(options.dependencies ?? []),
    ],
    clock,
  )
  addRoutes(app, { chains, sessions, desk, isReady: isUp })
  const chores = createChores(desk, logger)
  let listener: Listener | undefined
  let closing: Promise<void> | undefined

  const close = async (): Promise<void> => {
    await listener?.stop(GRACE_MS)
    await app.close()
    chores.stop()
    await venue.close?.()
    db.close()
  }
  return {
    server: app.server,
    explain: () => explain(app.server),
    async listen() {
      await app.ready()
      await chores.start()
      listener = await listen(app.server, options.hosts, options.port)
      logger.info(events.listening({ hosts: options.hosts.join(', '), port: listener.port, venue: venue.name }))
      return listener.port
    },
    close: () => (closing ??= close()),
  }
}

/** What is done beside answering requests: settling orders, following the instruments, logging the trail's head. */
function createChores(desk: Desk, logger: Logger): { start(): Promise<void>; stop(): void } {
  const timers: NodeJS.Timeout[] = []
  let logged = -1
  const logHead = (): void => {
    const head = desk.trail.head()
    if (head.seq !== logged) logger.info(events.trailHead(head))
    logged = head.seq
  }
  const refresh = async (): Promise<void> => {
    const instruments = await askVenue((signal) => desk.venue.instruments(signal))
    if (instruments === undefined) logger.warn(events.instrumentsStale({ venue: desk.venue.name }))
    else desk.instruments.replace(instruments)
  }
  const settle = async (): Promise<void> => {
    const count = await recoverOrders(desk)
    if (count > 0) logger.warn(events.ordersUnsettled({ count }))
  }
  const every = (ms: number, chore: () => unknown): void => {
    const run = async (): Promise<void> => {
      try {
        await chore()
      } catch (error) {
        logger.error({ event: 'chore.failed', error })
      }
    }
    timers.push(setInterval(() => void run(), ms).unref())
  }
  return {
    async start() {
      logHead()
      await refresh()
      await settle()
      every(60_000, refresh)
      every(5_000, settle)
      every(60_000, logHead)
    },
    stop() {
      for (const timer of timers) clearInterval(timer)
      logHead()
    },
  }
}

/** How long requests in flight may take once the app is told to stop (ms). */
const GRACE_MS = 10_000
