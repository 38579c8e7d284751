import { hash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TokenValidator } from '@ringfence/oauth-auth'
import { auth } from 'express-oauth2-jwt-bearer'
import { createVerifier } from 'fast-jwt'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import type { Bench } from './bench.ts'
import { compare, cost, median, speedup, type CompareOptions } from './compare.ts'
import { type Alg, EXPECTED, type Issuer, issuerOf, REQUIRED_CLAIMS, validatorOf } from './oauth-auth/issuer.ts'
import { toolCalls } from './oauth-auth/tool-calls.ts'

/**
 * Validation of access tokens (RFC 9068) from the text to the verdict, each side with the same issuer, audience, type and
 * required claims. A miss: more tokens in turn than are remembered, so that each is parsed, verified, fingerprinted,
 * remembered, and pushes another out; jose (with a remote JWK Set, loaded before) only parses and verifies. A hit: few tokens in turn, against one SHA-256 of each
 * and fast-jwt with its cache. Then tools/call of the tool server with a remembered token, against the same without any
 * authentication.
 */
export const oauthAuth: Bench = async ({ quick, log }) => {
  const options = { rounds: quick ? 11 : 31, sampleMs: quick ? 60 : 150 }
  const es256 = await misses('ES256', options, log)
  const rs256 = await misses('RS256', options, log)
  return {
    ...(await hits(options)),
    es256_vs_jose: es256,
    rs256_vs_jose: rs256,
    tool_call_p50_vs_open: await toolCalls({ rounds: quick ? 11 : 31, calls: 200 }),
  }
}

async function misses(alg: Alg, options: CompareOptions, log: (line: string) => void): Promise<number> {
  const issuer = issuerOf(alg)
  const inTurn = cycle(Array.from({ length: 4_096 }, issuer.token))
  const validator = await validatorOf(issuer, 1_024)
  const server = await serveKeys(issuer)
  const keySet = createRemoteJWKSet(new URL(server.jwksUri))
  const strict = { ...EXPECTED, algorithms: [alg], typ: 'at+jwt', requiredClaims: REQUIRED_CLAIMS }
  const express = expressMiddleware(server.jwksUri)
  const both = {
    ours: () => expectAccepted(validator, inTurn()),
    jose: () => jwtVerify(inTurn(), keySet, strict),
  }
  const samples = await compare({ ...both, express: () => express(inTurn()) }, options)
  const cpu = await compare(both, { ...options, cpu: true })
  server.close()
  validator.close()
  const micros = (name: 'ours' | 'jose' | 'express'): string => (median(samples[name]) * 1e6).toFixed(1)
  log(`${alg}, us: ours ${micros('ours')}, jose ${micros('jose')}, express-oauth2-jwt-bearer ${micros('express')}`)
  // jose waits for another thread each time, which a busy machine makes long; the CPU it takes does not depend on that.
  log(`${alg}: jose takes ${speedup(cpu, 'ours', 'jose').toFixed(2)} times the CPU`)
  return speedup(samples, 'ours', 'jose')
}

async function hits(options: CompareOptions): Promise<Record<string, number>> {
  const issuer = issuerOf('ES256')
  const tokens = Array.from({ length: 64 }, issuer.token)
  const inTurn = cycle(tokens)
  const validator = await validatorOf(issuer, 1_024)
  for (const token of tokens) expectAccepted(validator, token)
  const fastJwt = createVerifier({
    key: issuer.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    algorithms: ['ES256'],
    allowedIss: EXPECTED.issuer,
    allowedAud: EXPECTED.audience,
    requiredClaims: REQUIRED_CLAIMS,
    cache: 1_024,
  }) as (token: string) => unknown
  const samples = await compare(
    {
      sha256: () => hash('sha256', inTurn(), 'binary'),
      hit: () => validator.validate(inTurn()),
      fastJwt: () => fastJwt(inTurn()),
    },
    { ...options, cpu: true },
  )
  validator.close()
  return {
    hit_cost_vs_sha256: cost(samples, 'hit', 'sha256'),
    hit_vs_fast_jwt_cache: speedup(samples, 'hit', 'fastJwt'),
  }
}

function expectAccepted(validator: TokenValidator, token: string): void {
  const verdict = validator.validate(token)
  if (verdict instanceof Promise || !verdict.ok) throw new Error('a good token was not accepted at once')
}

/** The JWK Set as the peers fetch it, once. */
async function serveKeys({ jwks }: Issuer): Promise<{ readonly jwksUri: string; close(): void }> {
  const server = createServer((_request, response) => response.end(JSON.stringify(jwks))).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { jwksUri: `http://127.0.0.1:${port}/jwks`, close: () => closed(server) }
}

function closed(server: Server): void {
  server.close()
  server.closeAllConnections()
}

/** Its only entry is a middleware. */
function expressMiddleware(jwksUri: string): (token: string) => Promise<void> {
  const middleware = auth({ ...EXPECTED, jwksUri, strict: true })
  const message = { method: 'POST', protocol: 'https', originalUrl: '/mcp', query: {}, is: () => false }
  return (token) =>
    new Promise((resolve, reject) => {
      const headers = { host: 'tools.example', authorization: `Bearer ${token}` }
      const request = { ...message, headers, get: () => headers.host }
      void middleware(request as never, {} as never, (error?: unknown) =>
        error === undefined ? resolve() : reject(new Error('express-oauth2-jwt-bearer refused a good token')),
      )
    })
}

/** @param tokens a power of two of them: taking the next costs next to nothing then */
function cycle(tokens: readonly string[]): () => string {
  let i = 0
  return () => tokens[i++ & (tokens.length - 1)]!
}
