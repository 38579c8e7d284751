import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { allow, type Guard, type GuardRequest, guards, type Principal } from '@ringfence/guard'
import { issuePrincipal } from '@ringfence/guard/authenticator'
import { guarded, guardNode } from '@ringfence/guard/node'
import { createLogger } from '@ringfence/log-redaction'
import type { TokenInfo } from '@ringfence/oauth-auth'
import { policy, rateLimit } from '@ringfence/rate-limit'
import { createApp } from '@ringfence/tool-server/create-app'
import { allowedOrigins } from '@ringfence/tool-server/http/allowed-origins'
import { byClient } from '@ringfence/tool-server/http/client-key'
import { knownAuthority } from '@ringfence/tool-server/http/known-authority'
import { jsonRpcTwin } from '@ringfence/tool-server/mcp/json-rpc-twin'
import { mcpEndpoint } from '@ringfence/tool-server/mcp/mcp-endpoint'
import { mcpServer } from '@ringfence/tool-server/mcp/mcp-server'
import { calledTool, mcpMessage, type Message } from '@ringfence/tool-server/mcp/message'
import { toolScope } from '@ringfence/tool-server/mcp/tool-scope'
import { getServerInfo } from '@ringfence/tool-server/tools/get-server-info'
import type { CallLog } from '@ringfence/tool-server/tools/tool'
import { EXPECTED, issuerOf, validatorOf } from './issuer.ts'
import type { Listening } from './tool-calls.ts'

// Both sides in one process, so that they share whatever state it and its core are in.

const LIMIT = 10_000
const tools = [getServerInfo]
const NOBODY = {
  fingerprint: '',
  issuer: '',
  audience: [],
  tokenId: undefined,
  issuedAt: undefined,
  expiresAt: undefined,
  notBefore: undefined,
}
const logger = createLogger({ name: 'bench', destination: { write: () => {} } })
const { audience: resource, issuer } = EXPECTED

const log: CallLog = {
  called: (tool, { principal }) => logger.info({ event: 'tool.called', tool, fingerprint: principal.fingerprint }),
  failed: () => {},
}

async function guardedSide(): Promise<Pick<Listening, 'guarded' | 'token'>> {
  const signer = issuerOf('ES256')
  const validator = await validatorOf(signer, 1_024)
  const limits = { tool: LIMIT, address: LIMIT }
  const app = createApp({ host: '127.0.0.1', port: 0, resource, issuer, validator, tools, limits, logger })
  return { guarded: await app.listen(), token: signer.token() }
}

/** What `createApp` puts together, but for `bearerAuth`. */
async function openSide(): Promise<number> {
  const who = { id: 'agent-7', clientId: 'client-1', scopes: ['tools:info', 'tools:fetch'] }
  const token: TokenInfo = { ...NOBODY, subject: who.id, clientId: who.clientId, scopes: who.scopes }
  const everybody = { principal: issuePrincipal({ kind: 'bearer', ...who }), token }
  const anyone: Guard<{}, { principal: Principal; token: TokenInfo }, never> = {
    name: 'anyone',
    denies: [],
    adds: ['principal', 'token'],
    check: () => allow(everybody),
  }
  const rule = { limit: LIMIT, windowMs: 1_000 }
  const address = policy({ name: 'address', ...rule, key: byClient([]) })
  const tool = policy({ name: 'tool', ...rule, key: byToolAndCaller })
  const chain = guards()
    .use(knownAuthority(resource))
    .use(allowedOrigins([]))
    .use(rateLimit({ policies: [address] }))
    .use(anyone)
    .use(mcpMessage({ limit: 10_240 }))
    .use(toolScope(resource, tools))
    .use(jsonRpcTwin(rateLimit({ policies: [tool], needs: ['principal', 'message'] })))
  const { answer } = mcpEndpoint({ resource, logger, serverFor: (call) => mcpServer(tools, call, log) })
  const server = guardNode({ 'POST /mcp': guarded(chain, answer) }, {})
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}

function byToolAndCaller(
  _request: GuardRequest,
  { principal, message }: { readonly principal: Principal; readonly message: Message },
): readonly string[] {
  return [calledTool(message) ?? '', principal.id, principal.clientId]
}

const listening: Listening = { ...(await guardedSide()), open: await openSide() }
process.on('disconnect', () => process.exit(0))
process.send!(listening)
