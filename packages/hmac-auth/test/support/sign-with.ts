import { createHmac } from 'node:crypto'
import type { GuardRequest } from '@ringfence/guard'
import type { GeneratedApiKey } from '../../src/index.ts'
import { signatureBase, signatureInput } from '../../src/rfc9421.ts'
import { TAG } from './fixture.ts'

/** What a client that signs as it likes would send: any components, any parameters, and the right MAC over them. */
export function signWith(
  key: GeneratedApiKey,
  request: GuardRequest,
  components: Parameters<typeof signatureInput>[0],
  parameters: Parameters<typeof signatureInput>[1],
): { 'signature-input': string; signature: string } {
  const input = signatureInput(components, { keyid: key.id, tag: TAG, nonce: 'n'.repeat(22), ...parameters })
  const mac = createHmac('sha256', key.secret)
    .update(signatureBase(request, input, 'http'))
    .digest('base64')
  return { 'signature-input': `sig=${input.text}`, signature: `sig=:${mac}:` }
}
