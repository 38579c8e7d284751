import { envFile, environment, isProduction, loadConfig, absoluteUrl, secret } from '@ringfence/secret-config'
import * as z from 'zod'
import { startAuthorizationServer } from './authorization-server.ts'

if (isProduction()) throw new Error('the development authorization server runs with NODE_ENV=development only')

const url = absoluteUrl({ schemes: [], loopbackSchemes: ['http:'] })
const config = loadConfig(
  z.object({ TOOLS_OAUTH_ISSUER: url, TOOLS_RESOURCE: url, DEV_OAUTH_CLIENT_SECRET: secret({ minLength: 32 }) }),
  { sources: [environment(), envFile('.env')] },
)

const server = await config.DEV_OAUTH_CLIENT_SECRET.use((clientSecret) =>
  startAuthorizationServer({
    issuer: config.TOOLS_OAUTH_ISSUER,
    defaultResource: config.TOOLS_RESOURCE,
    clientId: 'ringfence-dev',
    clientSecret,
    scopes: ['tools:info', 'tools:fetch', 'trading:read'],
  }),
)
process.stdout.write(`${JSON.stringify({ event: 'listening', issuer: config.TOOLS_OAUTH_ISSUER })}\n`)
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => void server.close(() => process.exit(0)))
