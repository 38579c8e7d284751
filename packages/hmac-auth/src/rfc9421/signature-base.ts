import { Problem, orThrow } from '../problem.ts'
import { readComponent } from './component-value.ts'
import type { Scheme, SignableRequest } from './signable-request.ts'
import type { SignatureInput } from './signature-input.ts'

/**
 * The text that is signed (RFC 9421 section 2.5): one line per covered component, then `@signature-params`, joined by LF
 * with none at the end. ASCII only.
 *
 * @param scheme what the client used; it decides which port is the default one of `@authority`
 * @throws {RingfenceError} `signature_base_invalid` if a component is unknown, absent, repeated or has no single value
 *
 * @example
 * ```ts
 * const request = { method: 'GET', target: '/v1/orders', header: (name) => (name === 'host' ? ['example.com'] : []) }
 * signatureBase(request, signatureInput(['@method', '@authority'], { created: 1618884473 }))
 * // "@method": GET
 * // "@authority": example.com
 * // "@signature-params": ("@method" "@authority");created=1618884473
 * ```
 */
export function signatureBase(request: SignableRequest, input: SignatureInput, scheme: Scheme = 'https'): string {
  return orThrow(readBase(request, input, scheme), 'signature_base_invalid')
}

/** As {@link signatureBase}, with the problem as a value. */
export function readBase(
  request: SignableRequest,
  input: Pick<SignatureInput, 'components' | 'text'>,
  scheme: Scheme,
): string | Problem {
  let base = ''
  for (const component of input.components) {
    const value = readComponent(request, component, scheme)
    if (typeof value !== 'string') return value
    base += `${component.head}${value}\n`
  }
  return `${base}"@signature-params": ${input.text}`
}
