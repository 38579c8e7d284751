import { signedFetch, type SignedFetch } from '@ringfence/hmac-auth/client'
import { chooseKey } from '../choose-key.ts'
import { type Command, type ExitCode, Failure, type Io, UsageError } from '../command.ts'
import { BODY, ENV_FILE, KEY, OUTPUT, wantsJson } from '../common-options.ts'
import { tradingConfig } from '../operator-config.ts'
import { readBody } from '../read-body.ts'
import { type Answer, bodyValue, formatAnswer, receive } from '../send.ts'
import { TRADING_TAG } from '../trading-tag.ts'
import { checkedMethod, tradingUrl } from '../trading-request.ts'

/** `ringfence call`: signs one request, sends it and shows the answer. */
export const call: Command = {
  name: 'call',
  summary: 'Sign a request, send it and show the answer.',
  operands: ['trading', 'METHOD', 'PATH'],
  options: {
    json: BODY,
    key: KEY,
    session: {
      type: 'string',
      value: 'ID|new|none',
      help: 'the session to place and cancel orders in (default: see below)',
    },
    url: { type: 'string', value: 'URL', help: 'where the API is (default: TRADING_HOST and TRADING_PORT)' },
    'env-file': ENV_FILE,
    output: OUTPUT,
  },
  details: [
    'Variables come from the environment, else from .env. Without --key, a GET uses the first read key, anything else the first trade key.',
    'Placing and cancelling orders needs a live session of the same key. Without --session one is started for this call and ended after it. `new` starts one and shows its id for further calls, `none` sends no session.',
    'The exit code is 0 for a 2xx answer, else 1. --output json prints {"status", "headers", "body"}, and "sessionId" with --session new.',
  ],
  examples: [
    'ringfence call trading GET /v1/instruments',
    `ringfence call trading POST /v1/orders --json '{"clientOrderId":"a-1","symbol":"BTC-EUR","side":"buy","type":"market","quantity":"0.010"}'`,
    'ringfence call trading DELETE /v1/sessions',
  ],
  async run(args, io) {
    if (args.operand('trading') !== 'trading') throw new UsageError('the only service to call is trading')
    const method = checkedMethod(args.operand('METHOD'))
    const path = args.operand('PATH')
    const json = wantsJson(args)
    const body = await readBody(args, io)
    const config = tradingConfig(args.text('env-file') ?? '.env')
    const url = tradingUrl(path, args, config)
    const key = chooseKey(config.TRADING_API_KEYS, args.text('key'), { method, path })
    const send = signedFetch({ keyId: key.id, secret: key.secret, tag: TRADING_TAG })

    const given = args.text('session') ?? (changesOrders(method, path) ? 'once' : 'none')
    const starts = given === 'once' || given === 'new'
    const sessionId = starts ? await startSession(send, url) : given === 'none' ? undefined : given
    const answer = await receive(url, (signal) =>
      send(url, { method, signal, ...(body !== undefined && { body }), ...(sessionId !== undefined && { sessionId }) }),
    )
    if (given === 'once') await endSession(send, url, sessionId!)
    const shown = given === 'new' ? { sessionId } : {}
    if (json) io.out(JSON.stringify({ ...answer, body: bodyValue(answer.body), ...shown }))
    else show(answer, shown.sessionId, io)
    return exitCode(answer)
  },
}

function changesOrders(method: string, path: string): boolean {
  return method !== 'GET' && /^\/v1\/orders(?:[/?]|$)/.test(path)
}

async function startSession(send: SignedFetch, url: string): Promise<string> {
  const answer = await receive(url, (signal) => send(new URL('/v1/sessions', url), { method: 'POST', signal }))
  const started = bodyValue(answer.body)
  if (answer.status === 201 && typeof started === 'object' && started !== null && 'sessionId' in started) {
    return String(started.sessionId)
  }
  throw new Failure(`no session could be started:\n${formatAnswer(answer)}`)
}

/** Best effort: the answer that matters is already there, and the session dies by itself when idle. */
async function endSession(send: SignedFetch, url: string, sessionId: string): Promise<void> {
  const current = new URL('/v1/sessions/current', url)
  await receive(url, (signal) => send(current, { method: 'DELETE', sessionId, signal })).catch(() => undefined)
}

function show(answer: Answer, sessionId: string | undefined, io: Io): void {
  io.out(formatAnswer(answer))
  if (sessionId !== undefined) io.err(`\nFor further calls in this session: --session ${sessionId}`)
}

function exitCode({ status }: Answer): ExitCode {
  return status >= 200 && status < 300 ? 0 : 1
}
