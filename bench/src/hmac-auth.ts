import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import { createRequire } from 'node:module'
import type { GuardRequest, Principal } from '@ringfence/guard'
import { issuePrincipal } from '@ringfence/guard/authenticator'
import { generateApiKey, hmacAuth } from '@ringfence/hmac-auth'
import { signRequest } from '@ringfence/hmac-auth/client'
import { redisSessionStore } from '@ringfence/hmac-auth/redis'
import { parseSignature, parseSignatureInput, signatureBase } from '@ringfence/hmac-auth/rfc9421'
import { createSessions } from '@ringfence/hmac-auth/sessions'
import { connectRedis } from '@ringfence/redis'
import { startRedis } from '@ringfence/redis/testing'
import { RedisStore } from 'connect-redis'
import { createVerifier, httpbis } from 'http-message-signatures'
import { createClient } from 'redis'
import type { Bench } from './bench.ts'
import { compare, cost, speedup, type CompareOptions } from './compare.ts'
import { AUTHORITY, orderRequest, TAG, URL_OF_ORDERS } from './hmac-auth/order-request.ts'

/**
 * One request of six covered components and a body of 1 KiB, verified again and again, with a replay store that finds
 * every nonce fresh: against the raw HMAC over the same base with a cached KeyObject, http-message-signatures (which
 * checks no digest), and Hawk with its payload hash. Then session checks on one Redis, 64 in flight, against what
 * express-session does with connect-redis for each request: get, then touch.
 */
export const hmacAuthBench: Bench = async ({ quick, log }) => {
  const cpu = { rounds: quick ? 15 : 41, sampleMs: quick ? 60 : 200 }
  const redis = { rounds: quick ? 7 : 15, sampleMs: quick ? 150 : 400 }
  const ratios = { ...(await verification(cpu)), ...(await sessions(redis)) }
  for (const [name, ratio] of Object.entries(ratios)) log(`${name}: ${ratio.toFixed(2)}`)
  return ratios
}

async function verification(options: CompareOptions): Promise<Record<string, number>> {
  const key = generateApiKey({ scope: 'trade', allow: ['127.0.0.0/8'] })
  const now = Date.now()
  const auth = hmacAuth({
    keys: [key],
    authorities: [AUTHORITY],
    tag: TAG,
    replay: { consume: () => 'fresh' },
    clock: { now: () => now, monotonic: () => now },
  })
  const fields = signRequest({
    method: 'POST',
    url: URL_OF_ORDERS,
    body: BODY,
    keyId: key.id,
    secret: key.secret,
    tag: TAG,
    now,
  })
  const request = snapshot(fields)
  const malformed = snapshot({ ...fields, 'signature-input': `${fields['signature-input']}"` })
  const unproved = snapshot({ ...fields, signature: `sig=:${'A'.repeat(43)}=:` })

  const base = signatureBase(request, parseSignatureInput([fields['signature-input']!]).get('sig')!, 'http')
  const mac = parseSignature([fields['signature']!]).get('sig')!
  const keyObject = createSecretKey(key.secret, 'utf8')
  const peers = { hms: httpMessageSignatures(key, fields), hawk: hawk(key) }

  const samples = await compare(
    {
      raw: () => timingSafeEqual(createHmac('sha256', keyObject).update(base).digest(), mac),
      verify: () => expectOk(auth.check(request, {}), true),
      malformed: () => expectOk(auth.check(malformed, {}), false),
      unproved: () => expectOk(auth.check(unproved, {}), false),
      hms: peers.hms,
      hawk: peers.hawk,
    },
    options,
  )
  return {
    verify_cost_vs_raw_hmac: cost(samples, 'verify', 'raw'),
    refuse_malformed_vs_accept: cost(samples, 'malformed', 'verify'),
    refuse_wrong_mac_vs_accept: cost(samples, 'unproved', 'verify'),
    speed_vs_http_message_signatures: speedup(samples, 'verify', 'hms'),
    speed_vs_hawk: speedup(samples, 'verify', 'hawk'),
  }
}

function snapshot(fields: Readonly<Record<string, string>>): GuardRequest {
  return orderRequest({ ...AS_FETCH_SENDS, ...fields, ...AFTER }, BODY)
}

function httpMessageSignatures(
  key: { id: string; secret: string },
  fields: Record<string, string>,
): () => Promise<void> {
  const verifier = { id: key.id, algs: ['hmac-sha256'], verify: createVerifier(key.secret, 'hmac-sha256') }
  const config = { keyLookup: async () => verifier, requiredFields: COVERED, tolerance: 3_600 }
  const message = { method: 'POST', url: URL_OF_ORDERS, headers: { ...AS_FETCH_SENDS, ...fields, ...AFTER } }
  return async () => {
    if ((await httpbis.verifyMessage(config, message)) !== true) throw new Error('http-message-signatures refused')
  }
}

/** Hawk has no types of its own. */
interface Hawk {
  readonly client: { header(url: string, method: string, options: object): { header: string } }
  readonly server: { authenticate(request: object, find: () => Promise<object>, options: object): Promise<unknown> }
}

function hawk(key: { id: string; secret: string }): () => Promise<unknown> {
  const { client, server } = createRequire(import.meta.url)('@hapi/hawk') as Hawk
  const credentials = { id: key.id, key: key.secret, algorithm: 'sha256' }
  const payload = BODY.toString('latin1')
  const { header } = client.header(URL_OF_ORDERS, 'POST', { credentials, payload, contentType: 'application/json' })
  const request = {
    method: 'POST',
    url: '/v1/orders',
    host: '127.0.0.1',
    port: 7101,
    authorization: header,
    contentType: 'application/json',
  }
  return () => server.authenticate(request, async () => credentials, { payload, timestampSkewSec: 3_600 })
}

async function sessions(options: CompareOptions): Promise<Record<string, number>> {
  const server = await startRedis()
  const redis = await connectRedis({ url: server.url, budgetMs: 5_000 })
  const client = createClient({ socket: { path: server.socket, tls: false } })
  await client.connect()
  try {
    const alice: Principal = issuePrincipal({ kind: 'api-key', id: 'rfk_a', clientId: 'rfk_a', scopes: ['trade'] })
    const ours = createSessions({ store: redisSessionStore({ redis }) })
    const { sessionId } = await ours.start(alice)
    const store = new RedisStore({ client })
    const cookie = { originalMaxAge: 900_000, expires: new Date(Date.now() + 900_000) }
    await store.set(sessionId, { cookie })
    const samples = await compare(
      {
        ours: () => inFlight(async () => expectOk({ ok: (await ours.check(sessionId, alice)) !== undefined }, true)),
        connect: () =>
          inFlight(async () => {
            const found: unknown = await store.get(sessionId)
            if (found === undefined) throw new Error('connect-redis lost the session')
            await store.touch(sessionId, { cookie })
          }),
      },
      options,
    )
    return { session_check_vs_connect_redis: speedup(samples, 'ours', 'connect') }
  } finally {
    redis.close()
    client.destroy()
    await server.stop()
  }
}

function inFlight(call: () => Promise<void>): Promise<unknown> {
  return Promise.all(Array.from({ length: 64 }, call))
}

function expectOk(verdict: { ok: boolean } | Promise<unknown>, ok: boolean): void {
  if (verdict instanceof Promise || verdict.ok !== ok) throw new Error('the guard did not answer as it should')
}

const BODY: Buffer = Buffer.alloc(1_024, 'a')
/** The fields that `fetch` of Node adds before and after those it is given. */
const AS_FETCH_SENDS = { host: AUTHORITY, connection: 'keep-alive' }
const AFTER = {
  accept: '*/*',
  'accept-language': '*',
  'sec-fetch-mode': 'cors',
  'user-agent': 'node',
  'accept-encoding': 'gzip, deflate',
  'content-length': '1024',
}
const COVERED: string[] = ['@method', '@authority', '@path', '@query', 'content-type', 'content-digest']
