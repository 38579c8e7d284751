/** What stands where a secret was. */
export const REDACTED = '[redacted]'

/** What stands where a value was not printed for a reason other than secrecy. */
export const CIRCULAR = '[circular]'
export const DROPPED = '[dropped]'
