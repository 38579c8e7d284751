import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { leaks } from '../leaks.ts'

const { privateKey } = generateKeyPairSync('ed25519')
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const signed = `${part({ alg: 'EdDSA', typ: 'at+jwt' })}.${part({ sub: 'someone', aud: 'here' })}`

test.each([
  ['the secret of an API key', `x rfs_${randomBytes(60).toString('hex').slice(0, 49)} y`],
  ['a signed token', `Bearer ${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`],
  ['a private key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
  ['the key of a database or of the trail', `{"TRAIL_KEY":"${randomBytes(32).toString('base64url')}"}`],
  ['a detail that a test planted', ['Error: planted', 'detail'].join('-')],
])('%s in an output is found, and named without repeating it', (kind, text) => {
  expect(leaks(`before\n${text}\nafter`)).toEqual([kind])
})

test('what tests write otherwise is fine', () => {
  expect(
    leaks('✓ a signed order is accepted 12ms\nrfk_0UsZskbln4wdwSA84PFDuD TRAIL_KEY is missing (TRAIL_KEY_FILE)'),
  ).toEqual([])
})
