export { componentValue } from './rfc9421/component-value.ts'
export type { Scheme, SignableRequest } from './rfc9421/signable-request.ts'
export { parseSignature, parseSignatureInput } from './rfc9421/parse-signature-input.ts'
export { signatureBase } from './rfc9421/signature-base.ts'
export { signatureInput, type Component, type SignatureInput } from './rfc9421/signature-input.ts'
export {
  Decimal,
  DisplayString,
  FieldDate,
  Token,
  type BareItem,
  type Parameters,
} from './structured-fields/values.ts'
