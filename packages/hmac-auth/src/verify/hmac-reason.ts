import type { DenyCode } from '@ringfence/guard'

/** Why exactly `hmacAuth` refused: for the audit log alone, in `internal.reason`. Closed and stable. */
export type HmacReason =
  | 'signature_missing'
  | 'field_missing'
  | 'field_malformed'
  | 'too_many_signatures'
  | 'parameter_missing'
  | 'parameter_unknown'
  | 'nonce_malformed'
  | 'algorithm_wrong'
  | 'tag_unknown'
  | 'host_unknown'
  | 'field_repeated'
  | 'component_missing'
  | 'component_invalid'
  | 'key_unknown'
  | 'mac_wrong'
  | 'signature_ambiguous'
  | 'key_not_yet_valid'
  | 'key_expired'
  | 'address_unknown'
  | 'address_not_allowed'
  | 'entry_not_allowed'
  | 'created_too_old'
  | 'created_in_future'
  | 'signature_expired'
  | 'body_uncovered'
  | 'digest_malformed'
  | 'digest_unsupported'
  | 'digest_mismatch'
  | 'nonce_replayed'
  | 'created_before_epoch'
  | 'replay_store_full'
  | 'replay_store_failed'

/** The codes `hmacAuth` denies with. */
export type HmacDenyCode =
  | 'credentials_missing'
  | 'credentials_malformed'
  | 'credentials_invalid'
  | 'host_invalid'
  | 'request_stale'
  | 'request_replayed'
  | 'body_too_large'
  | 'body_incomplete'
  | 'dependency_unavailable'

/** What the caller is told: everything about key, MAC, address and body content is one and the same answer. */
export const PUBLIC_CODES: Readonly<Record<HmacReason, HmacDenyCode & DenyCode>> = {
  signature_missing: 'credentials_missing',
  field_missing: 'credentials_malformed',
  field_malformed: 'credentials_malformed',
  too_many_signatures: 'credentials_malformed',
  parameter_missing: 'credentials_malformed',
  parameter_unknown: 'credentials_malformed',
  nonce_malformed: 'credentials_malformed',
  algorithm_wrong: 'credentials_malformed',
  tag_unknown: 'credentials_invalid',
  host_unknown: 'host_invalid',
  field_repeated: 'credentials_malformed',
  component_missing: 'credentials_invalid',
  component_invalid: 'credentials_malformed',
  key_unknown: 'credentials_invalid',
  mac_wrong: 'credentials_invalid',
  signature_ambiguous: 'credentials_malformed',
  key_not_yet_valid: 'credentials_invalid',
  key_expired: 'credentials_invalid',
  address_unknown: 'credentials_invalid',
  address_not_allowed: 'credentials_invalid',
  entry_not_allowed: 'credentials_invalid',
  created_too_old: 'request_stale',
  created_in_future: 'request_stale',
  signature_expired: 'request_stale',
  body_uncovered: 'credentials_invalid',
  digest_malformed: 'credentials_invalid',
  digest_unsupported: 'credentials_invalid',
  digest_mismatch: 'credentials_invalid',
  nonce_replayed: 'request_replayed',
  created_before_epoch: 'dependency_unavailable',
  replay_store_full: 'dependency_unavailable',
  replay_store_failed: 'dependency_unavailable',
}
