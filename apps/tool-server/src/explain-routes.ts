import { randomBytes } from 'node:crypto'
import { createLogger } from '@ringfence/log-redaction'
import { Secret } from '@ringfence/secret-config'
import { appOf } from './serve.ts'

/** Every route with its guards and what each can deny, of an app that is made for this and never listens. */
export function explainRoutes(): string {
  const app = appOf(
    {
      production: true,
      TOOLS_HOST: '127.0.0.1',
      TOOLS_PORT: 7102,
      TOOLS_RESOURCE: 'https://tools.example/mcp',
      TOOLS_ORIGINS: [],
      TOOLS_TRUSTED_PROXIES: [],
      TOOLS_OAUTH_ISSUER: 'https://issuer.example',
      TOOLS_OAUTH_PROFILE: 'rfc9068',
      TOOLS_OAUTH_OTHER_AUDIENCES: [],
      TOOLS_FETCH_ALLOW: ['*'],
      TOOLS_TRADING_SUBJECTS: [],
      LOG_FINGERPRINT_KEY: new Secret(randomBytes(32).toString('hex')),
    },
    { logger: createLogger({ name: 'tool-server', level: 'silent' }), secrets: {} },
  )
  return app.explain()
}
