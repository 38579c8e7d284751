import { RingfenceError } from '@ringfence/errors'
import { Agent, type buildConnector } from 'undici'
import { complaint, type Destination } from './address-rules.ts'
import { denied, failed } from './denied.ts'
import { destinations } from './destinations.ts'
import { guardedConnector } from './guarded-connector.ts'
import { readOptions, type EgressOptions, type EgressSettings } from './options.ts'
import { readyRequest, type EgressInit, type ReadyRequest } from './request.ts'
import { readResponse, type EgressResponse } from './response.ts'

/** A way out of this process, for one purpose. */
export interface Egress {
  /**
   * Sends a request and reads the whole answer, whatever its status. Follows no redirect, keeps no cookie, retries nothing.
   *
   * @throws {RingfenceError} `egress_denied`: refused, and no byte of the request left. `egress_failed`: connection, TLS,
   * deadline, size or type; whether the other side acted on the request is then unknown. Neither message carries more
   * of the URL than scheme, host and port.
   */
  fetch(url: string, init?: EgressInit): Promise<EgressResponse>
  /** Refuses further requests, lets those under way end (their deadline still holds), and closes the connections. */
  close(): Promise<void>
}

/**
 * Opens a way out: HTTPS with TLS 1.3 and verified certificates, to allowed hosts, at public addresses; and to named
 * loopback destinations. There is no option that weakens TLS, follows redirects or uses a proxy.
 *
 * @throws {RingfenceError} `option_invalid`
 *
 * @example
 * ```ts
 * const egress = createEgress({ allow: ['issuer.example.com'], contentTypes: ['application/json'] })
 * const { status, bytes } = await egress.fetch('https://issuer.example.com/jwks')
 * await egress.fetch('https://169.254.169.254/') // rejects: egress_denied
 * ```
 */
export function createEgress(options: EgressOptions): Egress {
  const settings = readOptions(options)
  const destinationOf = destinations(settings)
  const agent = new Agent({
    connect: connector(settings, destinationOf),
    // Hosts that others choose get a connection each, so that none is kept for them.
    pipelining: settings.allow === 'public' ? 0 : 1,
    maxHeaderSize: 16_384,
  })
  const answers = new Set<Promise<EgressResponse>>()
  let underWay = 0
  let closing: Promise<void> | undefined

  async function send(request: ReadyRequest, caller: AbortSignal | undefined): Promise<EgressResponse> {
    const { origin } = request
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), settings.deadlineMs)
    const signal = caller === undefined ? deadline.signal : AbortSignal.any([deadline.signal, caller])
    underWay++
    const exchanged = exchange(agent, request, signal, settings).finally(() => underWay--)
    try {
      return await Promise.race([exchanged, rejectWhen(signal)])
    } catch (error) {
      if (error instanceof RingfenceError) throw error
      if (deadline.signal.aborted) throw failed(origin, `no complete answer within ${settings.deadlineMs} ms`)
      throw failed(origin, signal.aborted ? GAVE_UP : explain(error))
    } finally {
      clearTimeout(timer)
    }
  }

  async function close(): Promise<void> {
    await Promise.allSettled(answers)
    await agent.destroy()
  }

  return Object.freeze({
    async fetch(url: string, init: EgressInit = {}): Promise<EgressResponse> {
      const request = readyRequest(url, init)
      const { origin } = request
      destinationOf(origin)
      if (closing !== undefined) throw denied(origin, 'this egress is closed')
      if (init.signal?.aborted === true) throw failed(origin, GAVE_UP)
      if (underWay >= settings.maxConcurrent) throw failed(origin, `${settings.maxConcurrent} requests are under way`)
      const answer = send(request, init.signal)
      answers.add(answer)
      return answer.finally(() => answers.delete(answer))
    },
    close: (): Promise<void> => (closing ??= close()),
  })
}

/** The destination is judged again where the connection is made: the last place that no caller can bypass. */
function connector(settings: EgressSettings, destinationOf: (origin: string) => Destination): buildConnector.connector {
  const { lookup, ca, deadlineMs: timeoutMs } = settings
  const to = (destination: Destination): buildConnector.connector =>
    guardedConnector({ complaint: (address) => complaint(destination, address), lookup, ca, timeoutMs })
  const connectors = { public: to('public'), loopback: to('loopback') }
  return (target, done) => {
    try {
      connectors[destinationOf(`${target.protocol}//${target.host ?? target.hostname}`)](target, done)
    } catch (error) {
      done(error as Error, null)
    }
  }
}

async function exchange(
  agent: Agent,
  { origin, path, method, headers, body }: ReadyRequest,
  signal: AbortSignal,
  settings: EgressSettings,
): Promise<EgressResponse> {
  const answer = await agent.request({ origin, path, method, headers, signal, body: body ?? null })
  return readResponse(origin, answer, settings)
}

/** Waiting for a connection does not heed a signal, so the wait itself is raced. */
function rejectWhen(signal: AbortSignal): Promise<never> {
  return new Promise<never>((_, reject) => {
    const stop = (): void => reject(new Error('aborted'))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}

/** Foreign messages may quote anything, their codes are constants. */
function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (!/^[A-Z][A-Z0-9_]{2,63}$/.test(code)) return 'the connection broke'
  return code === 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' ? `the server does not speak TLS 1.3 (${code})` : code
}

const GAVE_UP = 'the caller gave up'
