/** The closed union of codes. */
export type RingfenceErrorCode =
  | 'option_invalid'
  | 'guard_loaded_twice'
  | 'guard_misused'
  | 'route_unguarded'
  | 'route_invalid'
  | 'body_consumed'
  | 'address_invalid'
  | 'cidr_invalid'
  | 'redis_unavailable'
  | 'redis_refused'
  | 'redis_unsafe'
  | 'schema_not_strict'
  | 'key_invalid'
  | 'revocations_full'
  | 'field_malformed'
  | 'signature_base_invalid'
  | 'config_invalid'
  | 'database_key_invalid'
  | 'database_key_wrong'
  | 'database_plaintext'
  | 'database_unreadable'
  | 'egress_denied'
  | 'egress_failed'

/** Every code a {@link RingfenceError} can carry, with what it means. */
export const ERROR_CODES: Readonly<Record<RingfenceErrorCode, string>> = {
  option_invalid: 'an option given to a Ringfence function is missing, of the wrong type or out of range',
  // guard
  guard_loaded_twice: 'two copies of @ringfence/guard are loaded in one process',
  guard_misused: 'a guard or a chain was put together in an order that cannot work',
  route_unguarded: 'a route was registered without a guard chain or an explicit open(why)',
  route_invalid: 'a route pattern is not one every adapter reads the same way',
  body_consumed: 'a request body was read before the guards could see its raw bytes',
  // ip-address
  address_invalid: 'a text is not an IP address in canonical or unambiguous spelling',
  cidr_invalid: 'a text is not a CIDR block, has host bits set, or covers every address',
  // redis
  redis_unavailable: 'Redis did not answer within its deadline, or the connection is down',
  redis_refused: 'Redis answered a command with an error, e.g. because it is out of memory',
  redis_unsafe:
    'the Redis server is configured so that it may forget what must not be forgotten, or refuses the credentials',
  // validation
  schema_not_strict: 'a schema would accept or silently drop input that it does not describe',
  // hmac-auth
  key_invalid: 'an API key record or secret is malformed',
  field_malformed: 'a structured field (RFC 9651) is malformed, or a value cannot be written as one',
  signature_base_invalid:
    'a covered component is unknown, absent, repeated or has no single value (RFC 9421 section 2.5)',
  // oauth-auth
  revocations_full: 'the revocation store cannot hold another entry and will not forget one',
  // secret-config
  config_invalid: 'the configuration is missing values, malformed or contradictory',
  // encrypted-sqlite
  database_key_invalid: 'a database key is not 64 lowercase hexadecimal digits',
  database_key_wrong: 'the key does not open this database, or the file is not a SQLCipher 4 database',
  database_plaintext: 'the file is a plaintext SQLite database',
  database_unreadable: 'the database file or its folder cannot be read or written',
  // egress
  egress_denied: 'an outbound request was refused before any byte left',
  egress_failed: 'an outbound request failed: connection, TLS, deadline or size',
}
