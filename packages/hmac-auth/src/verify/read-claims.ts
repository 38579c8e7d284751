import type { GuardRequest } from '@ringfence/guard'
import { Problem } from '../problem.ts'
import { readSignature, readSignatureInput } from '../rfc9421/parse-signature-input.ts'
import type { SignatureInput } from '../rfc9421/signature-input.ts'
import { ALGORITHM, type Claim } from './claim.ts'
import { coverageOf } from './coverage.ts'
import type { HmacReason } from './hmac-reason.ts'
import { readUsualClaim } from './read-usual-claim.ts'

/**
 * Reads the signatures that carry our tag. Labels and positions decide nothing (RFC 9421 section 7.2.5, 7.2.6): the
 * signatures of other applications are left alone, and every one of ours is looked at, a misshapen one being only a reason.
 */
export function readClaims(request: GuardRequest, tag: string): readonly (Claim | HmacReason)[] | HmacReason {
  const inputField = request.header('signature-input')
  const signatureField = request.header('signature')
  if (inputField.length === 0 && signatureField.length === 0) return 'signature_missing'
  if (inputField.length === 0 || signatureField.length === 0) return 'field_missing'
  const usual = readUsualClaim(inputField, signatureField, tag)
  if (usual !== undefined) return [usual]
  const inputs = readSignatureInput(inputField)
  if (inputs instanceof Problem) return 'field_malformed'
  const signatures = readSignature(signatureField)
  if (signatures instanceof Problem) return 'field_malformed'
  if (inputs.size > MAX_SIGNATURES || signatures.size > MAX_SIGNATURES) return 'too_many_signatures'
  const claims: (Claim | HmacReason)[] = []
  for (const [label, input] of inputs) {
    if (input.parameters.get('tag') === tag) claims.push(toClaim(input, signatures.get(label)))
  }
  return claims.length === 0 ? 'tag_unknown' : claims
}

/** The parser has checked the types; here every parameter has to be there, and none that we do not enforce. */
function toClaim(input: SignatureInput, signature: Uint8Array | undefined): Claim | HmacReason {
  if (signature === undefined) return 'field_missing'
  const { parameters } = input
  const created = parameters.get('created')
  const expires = parameters.get('expires')
  const nonce = parameters.get('nonce')
  const keyId = parameters.get('keyid')
  const algorithm = parameters.get('alg')
  if (typeof created !== 'number' || typeof nonce !== 'string' || typeof keyId !== 'string') return 'parameter_missing'
  // `created`, `nonce`, `keyid` and `tag` are there; with the two optional ones that is all there may be.
  const known = 4 + (expires === undefined ? 0 : 1) + (algorithm === undefined ? 0 : 1)
  if (parameters.size !== known) return 'parameter_unknown'
  if (!NONCE.test(nonce)) return 'nonce_malformed'
  // The algorithm is the key's; `alg` can only repeat it (RFC 9421 section 3.2, 7.3.6).
  if (algorithm !== undefined && algorithm !== ALGORITHM) return 'algorithm_wrong'
  return {
    components: input.components,
    text: input.text,
    signature,
    keyId,
    nonce,
    createdAt: created * 1000,
    expiresAt: typeof expires === 'number' ? expires * 1000 : Infinity,
    covered: coverageOf(input.components),
  }
}

const NONCE = /^[A-Za-z0-9_-]{22,64}$/
const MAX_SIGNATURES = 4
