import { RingfenceError } from '@ringfence/errors'
import { createClient, ErrorReply } from 'redis'
import { checkServer } from './check-server.ts'
import type { RedisAddress } from './redis-url.ts'
import { errorWord, isAway, unavailable, type RedisArgument, type RedisReply } from './reply.ts'
import type { Transport } from './transport.ts'

/** How one connection behaves. */
export interface ConnectionOptions {
  readonly address: RedisAddress
  /** How long establishing a connection may take: dial, TLS, AUTH, server check (ms). */
  readonly connectMs: number
  /** How long the probe of a new connection may take before it carries calls (ms). */
  readonly probeMs: number
  /** Calls that may wait for an answer at once. */
  readonly maxInFlight: number
  readonly onState: (state: 'up' | 'down', reason: string) => void
  readonly onCall?: ((call: CallEvent) => void) | undefined
}

/** How one command ended, for metrics: `refused` is an error reply, `late` none in time, `broken` a lost connection. */
export interface CallEvent {
  readonly outcome: 'ok' | 'refused' | 'late' | 'broken'
  readonly ms: number
}

/**
 * One connection with its circuit breaker.
 *
 * Closed: there is a live client and calls go out. Open: there is none and calls fail at once, nothing is queued.
 * Half open: a new client is being dialled and has to answer a probe before any call is given to it. The breaker opens
 * when the socket dies, when the bytes are not RESP, when the server says it cannot serve, or after
 * {@link SILENT_CALLS} calls in a row without an answer in time.
 */
export class Connection implements Transport {
  readonly #options: ConnectionOptions
  #client: Client | undefined
  #dialling: Client | undefined
  #closed = false
  #failures = 0
  #clustered = false
  #connections = 0
  #inFlight = 0
  #silent = 0
  #retry: NodeJS.Timeout | undefined

  constructor(options: ConnectionOptions) {
    this.#options = options
  }

  get ready(): boolean {
    return this.#client !== undefined
  }

  get connections(): number {
    return this.#connections
  }

  /** Is the server a node of a cluster? Known once it was connected. */
  get clustered(): boolean {
    return this.#clustered
  }

  get host(): string {
    const { socket } = this.#options.address
    return 'host' in socket ? socket.host : '127.0.0.1'
  }

  slotOf(): number {
    return 0
  }

  /** Dials until the server answers, for at most `connectMs`. A server that must not be used rejects at once. */
  async open(): Promise<void> {
    const until = performance.now() + this.#options.connectMs
    for (;;) {
      try {
        await this.#dial(Math.max(1, until - performance.now()))
        return
      } catch (error) {
        const left = until - performance.now()
        if (error instanceof RingfenceError && (error.code === 'redis_unsafe' || left <= RETRY_MIN_MS)) {
          this.close()
          throw error
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MIN_MS))
      }
    }
  }

  /** Dials in the background until the server answers. */
  start(): void {
    this.#schedule()
  }

  send(args: readonly RedisArgument[], budgetMs: number): Promise<RedisReply> {
    const client = this.#client
    if (client === undefined) return Promise.reject(unavailable('the connection is down'))
    if (this.#inFlight >= this.#options.maxInFlight)
      return Promise.reject(unavailable('too many calls wait for an answer'))
    this.#inFlight++
    return new Promise((resolve, reject) => {
      const { onCall } = this.#options
      const started = onCall ? performance.now() : 0
      let open = true
      const settle = (outcome: CallEvent['outcome']): boolean => {
        if (!open) return false
        open = false
        this.#inFlight--
        clearTimeout(timer)
        onCall?.({ outcome, ms: performance.now() - started })
        return true
      }
      const late = (): void => {
        if (!settle('late')) return
        reject(unavailable(`no answer within ${Math.round(budgetMs)} ms`))
        if (client === this.#client && ++this.#silent >= SILENT_CALLS) this.#drop(client, 'it does not answer')
      }
      const answered = (reply: RedisReply): void => {
        if (!settle('ok')) return
        this.#silent = 0
        resolve(reply)
      }
      const failed = (error: unknown): void => {
        if (isAway(error)) this.#drop(client, `it answers ${errorWord(error)}`)
        const refused = error instanceof ErrorReply
        if (!settle(refused ? 'refused' : 'broken')) return
        if (refused) this.#silent = 0
        reject(refused ? error : unavailable('the connection broke'))
      }
      // Answers that already lie in the socket are read before the check phase, so a stall of our own event loop
      // does not count as silence of the server.
      const timer = setTimeout(() => setImmediate(late), budgetMs)
      client.sendCommand<RedisReply>(args).then(answered, failed)
    })
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#retry)
    this.#dialling?.destroy()
    this.#client?.destroy()
    this.#dialling = this.#client = undefined
  }

  async #dial(withinMs: number): Promise<void> {
    const client = newClient(this.#options)
    this.#dialling = client
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(unavailable(`no connection within ${Math.round(withinMs)} ms`)), withinMs)
    })
    try {
      await Promise.race([this.#prove(client), late])
    } catch (error) {
      client.destroy()
      throw reason(error)
    } finally {
      clearTimeout(timer)
      this.#dialling = undefined
    }
    if (this.#closed) return client.destroy()
    this.#failures = this.#silent = 0
    this.#client = client
    this.#connections++
    this.#options.onState('up', 'connected')
  }

  /** Connects and lets the server prove that it is the right kind and answers as fast as calls need it. */
  async #prove(client: Client): Promise<void> {
    // Bytes that are not RESP leave replies paired with the wrong calls: nothing on this socket can be believed again.
    client.on('error', () => this.#drop(client, 'the connection broke'))
    await client.connect()
    this.#clustered = checkServer(await client.sendCommand(['INFO', 'memory', 'replication', 'cluster'])).clustered
    const sent = performance.now()
    if ((await client.sendCommand<RedisReply>(['PING'])) !== 'PONG')
      throw unavailable('it does not answer PING with PONG')
    if (performance.now() - sent > this.#options.probeMs) throw unavailable('it answers too slowly')
  }

  #drop(client: Client, why: string): void {
    if (client !== this.#client) return
    this.#client = undefined
    client.destroy()
    if (this.#closed) return
    this.#options.onState('down', why)
    this.#schedule()
  }

  #schedule(): void {
    const wait = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** this.#failures)
    // Jitter only shortens the wait, so the bound holds and a fleet still spreads out.
    this.#retry = setTimeout(
      () => {
        this.#dial(Math.min(this.#options.connectMs, ATTEMPT_MS)).catch((error: unknown) => {
          if (this.#closed) return
          this.#failures++
          this.#options.onState('down', error instanceof RingfenceError ? error.message : 'the connection broke')
          this.#schedule()
        })
      },
      wait * (0.5 + Math.random() / 2),
    ).unref()
  }
}

type Client = ReturnType<typeof newClient>

function newClient({ address, connectMs, maxInFlight }: ConnectionOptions) {
  return createClient({
    // A copy: node-redis writes into the options it is given.
    socket: { ...address.socket, connectTimeout: connectMs, reconnectStrategy: false },
    ...(address.username === undefined ? {} : { username: address.username }),
    ...(address.password === undefined ? {} : { password: address.password }),
    database: address.database,
    RESP: 2,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    commandsQueueMaxLength: maxInFlight + HANDSHAKE,
    // Deadlines are kept here: node-redis stops its own once a command is written.
    commandOptions: { timeout: 0 },
  })
}

/** Why a connection could not be made, without a word that the other end or the URL could have put there. */
function reason(error: unknown): Error {
  if (error instanceof RingfenceError) return error
  if (error instanceof ErrorReply) {
    const word = errorWord(error)
    return DENIED.has(word)
      ? new RingfenceError('redis_unsafe', `Redis refuses this user or password (${word}): check the URL and the ACL`)
      : unavailable(`it answers ${word}`)
  }
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  return unavailable(/^[A-Z_]{2,40}$/.test(code) ? `no connection (${code})` : 'no connection')
}

const DENIED: ReadonlySet<string> = new Set(['WRONGPASS', 'NOAUTH', 'NOPERM'])

/** So many calls in a row without an answer in time open the breaker. */
const SILENT_CALLS = 3
/** Waits between attempts grow from the first to the second (ms). */
const RETRY_MIN_MS = 50
const RETRY_MAX_MS = 1_000
/** How long one attempt in the background may take (ms). With the longest wait it keeps recovery under 3 s. */
const ATTEMPT_MS = 1_000
/** Commands that node-redis itself sends while connecting. */
const HANDSHAKE = 16
