import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLogger } from '@ringfence/log-redaction'
import { environment } from '@ringfence/secret-config'
import { expect, onTestFinished, test } from 'vitest'
import { toolServerConfig } from '../src/config/tool-server-config.ts'
import { validatorOf } from '../src/validator-of.ts'

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

/** Which tokens, by their header and claims, a validator with these variables accepts. */
async function accepted(
  variables: Readonly<Record<string, string>>,
  tokens: Readonly<Record<string, { readonly typ: string }>>,
): Promise<string[]> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256' }
  const issuer = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }))
  }).listen(0, '127.0.0.1')
  await once(issuer, 'listening')
  onTestFinished(() => void issuer.close())
  const iss = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`
  const given = {
    TOOLS_RESOURCE: RESOURCE,
    TOOLS_OAUTH_ISSUER: iss,
    TOOLS_OAUTH_JWKS_URI: `${iss}/jwks`,
    LOG_FINGERPRINT_KEY: randomBytes(32).toString('hex'),
    ...variables,
  }
  const config = toolServerConfig(false, [environment({ variables: given })])
  const validator = validatorOf(config, { logger: createLogger({ name: 'test', level: 'silent' }), secrets: config })
  onTestFinished(() => validator.close())
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const names: string[] = []
  for (const [name, { typ, ...claims }] of Object.entries(tokens)) {
    const iat = Math.floor(Date.now() / 1_000)
    const input = `${encode({ alg: 'ES256', kid: 'k1', typ })}.${encode({ iss, sub: 'agent', iat, exp: iat + 60, ...claims })}`
    const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    const verdict = await validator.validate(`${input}.${signature.toString('base64url')}`)
    if (verdict.ok) names.push(name)
  }
  return names
}
