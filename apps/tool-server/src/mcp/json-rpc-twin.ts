import { DENY_CODES, type DenyCode, type Guard, type Outcome } from '@ringfence/guard'
import type { Message } from './message.ts'

/**
 * The same guard, whose denial of a request can be read in two ways: the problem document is at the same time the
 * JSON-RPC error response to that request. HTTP software reads status, fields and `type`; an MCP client finds its `id`
 * and, in `error.data`, the code and members such as `retryAfterMs`. The number of the error is the HTTP status: MCP
 * 2026-07-28 wants new codes outside the range that JSON-RPC reserves.
 */
export function jsonRpcTwin<Needs extends { message: Message }, Adds extends object, Code extends DenyCode>(
  guard: Guard<Needs, Adds, Code>,
): Guard<Needs, Adds, Code> {
  const twin = (outcome: Outcome<Adds, Code>, { id }: Message): Outcome<Adds, Code> => {
    if (outcome.ok || id === undefined) return outcome
    const { code, members = {} } = outcome
    const { status, title } = DENY_CODES[code]
    const error = { code: status, message: title, data: { code, ...members } }
    return { ...outcome, members: { ...members, jsonrpc: '2.0', id, error } }
  }
  return {
    ...guard,
    check: (request, context) => {
      const outcome = guard.check(request, context)
      return outcome instanceof Promise
        ? outcome.then((settled) => twin(settled, context.message))
        : twin(outcome, context.message)
    },
  }
}
