import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLogger } from '@ringfence/log-redaction'
import type { TokenValidator } from '@ringfence/oauth-auth'
import { environment } from '@ringfence/secret-config'
import { expect, onTestFinished, test } from 'vitest'
import { toolServerConfig } from '../src/config/tool-server-config.ts'
import { validatorOf } from '../src/validator-of.ts'
import { tokenSigner } from './support/token-signer.ts'

const RESOURCE = 'https://tools.example/mcp'

test('profile and audiences are what the configuration says', async () => {
  const entra = { typ: 'JWT', aud: 'api-7', azp: 'client-1', scp: 'tools:info', uti: 'u-1' }
  const standard = { typ: 'at+jwt', aud: RESOURCE, client_id: 'client-1', scope: 'tools:info', jti: 'j-1' }
  const two = { ...standard, aud: [RESOURCE, 'https://tenant.example/userinfo'] }
  const asked = { entra, standard, two }
  expect(await accepted({}, asked)).toEqual(['standard'])
  expect(await accepted({ TOOLS_OAUTH_PROFILE: 'entra', TOOLS_OAUTH_AUDIENCE: 'api-7' }, asked)).toEqual(['entra'])
  const userinfo = { TOOLS_OAUTH_OTHER_AUDIENCES: 'https://tenant.example/userinfo' }
  expect(await accepted(userinfo, asked)).toEqual(['standard', 'two'])
})

test('what the issuer does is in the log: its failures as warnings, its keys as they come', async () => {
  let working = false
  const signer = tokenSigner()
  const { iss, validator, log } = await validatorFor({}, (response) => {
    response.writeHead(working ? 200 : 500, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ keys: [signer.jwk] }))
  })
  const token = signer.sign({ iss, aud: RESOURCE, client_id: 'client-1', jti: 'j-1' })
  expect(await validator.validate(token)).toMatchObject({ ok: false, code: 'dependency_unavailable' })
  working = true
  await expect.poll(() => validator.validate(token), { timeout: 5_000 }).toMatchObject({ ok: true })
  const said = log.map((line) => JSON.parse(line) as object)
  expect(said[0]).toMatchObject({ level: 40, event: 'oauth.issuer', type: 'keys_failed', reason: 'status' })
  expect(said.at(-1)).toMatchObject({ level: 30, event: 'oauth.issuer', type: 'keys_loaded', usable: 1 })
})

/** Which tokens, by their header and claims, a validator with these variables accepts. */
async function accepted(
  variables: Readonly<Record<string, string>>,
  tokens: Readonly<Record<string, { readonly typ: string }>>,
): Promise<string[]> {
  const signer = tokenSigner()
  const { iss, validator } = await validatorFor(variables, (response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [signer.jwk] })),
  )
  const names: string[] = []
  for (const [name, { typ, ...claims }] of Object.entries(tokens)) {
    const verdict = await validator.validate(signer.sign({ iss, ...claims }, typ))
    if (verdict.ok) names.push(name)
  }
  return names
}

/** The validator of a configuration, with an issuer that answers like this. */
async function validatorFor(
  variables: Readonly<Record<string, string>>,
  answer: (response: ServerResponse) => void,
): Promise<{ readonly iss: string; readonly validator: TokenValidator; readonly log: readonly string[] }> {
  const issuer = createServer((_request, response) => answer(response)).listen(0, '127.0.0.1')
  await once(issuer, 'listening')
  const iss = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`
  const given = {
    TOOLS_RESOURCE: RESOURCE,
    TOOLS_OAUTH_ISSUER: iss,
    TOOLS_OAUTH_JWKS_URI: `${iss}/jwks`,
    LOG_FINGERPRINT_KEY: randomBytes(32).toString('hex'),
    ...variables,
  }
  const config = toolServerConfig(false, [environment({ variables: given })])
  const log: string[] = []
  const logger = createLogger({ name: 'test', destination: { write: (line) => void log.push(line) } })
  const validator = validatorOf(config, { logger, secrets: config })
  onTestFinished(() => {
    validator.close()
    issuer.close()
  })
  return { iss, validator, log }
}
