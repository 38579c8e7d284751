import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateApiKey } from '@ringfence/hmac-auth'
import { createLogger } from '@ringfence/log-redaction'
import { Secret } from '@ringfence/secret-config'
import { createApp } from './create-app.ts'

/** Every route with its guards and what each can deny, of an app that is made for this and thrown away. */
export async function explainRoutes(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'trading-explain-'))
  try {
    const app = createApp({
      hosts: ['127.0.0.1'],
      port: 0,
      keys: [generateApiKey({ scope: 'read', allow: ['127.0.0.1'] })],
      authorities: ['127.0.0.1'],
      ipAllow: ['127.0.0.1'],
      database: { path: join(folder, 'explain.db'), key: randomBytes(32).toString('hex') },
      trailKey: new Secret(randomBytes(32).toString('hex')),
      logger: createLogger({ name: 'trading', level: 'silent' }),
    })
    const text = app.explain()
    await app.close()
    return text
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
