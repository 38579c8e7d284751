import { allow, deny, type Guard } from '@ringfence/guard'
import { parseJson } from '@ringfence/validation'

/** One JSON-RPC message, parsed once: guards, limits and the protocol all see this value. */
export interface Message {
  readonly value: Readonly<Record<string, unknown>>
  /** The method of a request or notification. */
  readonly method: string | undefined
  /** The tool that a `tools/call` names. */
  readonly tool: string | undefined
}

/**
 * Reads the body as one JSON-RPC message. Batches are refused (the protocol has none), and so is a body whose meaning
 * differs from what the `Mcp-Method` and `Mcp-Name` fields told every proxy on the way.
 */
export function mcpMessage(options: {
  readonly limit: number
}): Guard<
  {},
  { message: Message },
  'media_type_unsupported' | 'body_too_large' | 'body_incomplete' | 'body_malformed' | 'request_malformed'
> {
  return {
    name: `mcpMessage(${options.limit})`,
    denies: ['media_type_unsupported', 'body_too_large', 'body_incomplete', 'body_malformed', 'request_malformed'],
    adds: ['message'],
    check: async (request) => {
      const [type = ''] = request.header('content-type')
      if (!JSON_TYPE.test(type)) return deny('media_type_unsupported')
      const json = parseJson(await request.body(options.limit), { bytes: options.limit, stringLength: options.limit })
      if (!json.ok) return deny('body_malformed', { members: { errors: [{ path: '', rule: json.fault }] } })
      if (!isRecord(json.value))
        return deny('body_malformed', { members: { errors: [{ path: '', rule: 'one_message' }] } })
      const { method, params } = json.value
      const name = isRecord(params) ? params['name'] : undefined
      const message: Message = {
        value: json.value,
        method: typeof method === 'string' ? method : undefined,
        tool: method === 'tools/call' && typeof name === 'string' ? name : undefined,
      }
      const claims = [
        [request.header('mcp-method'), message.method],
        [request.header('mcp-name'), typeof name === 'string' ? name : undefined],
      ] as const
      if (claims.some(([said, meant]) => said.length > 1 || (said.length === 1 && said[0] !== meant))) {
        return deny('request_malformed', { internal: 'Mcp-Method or Mcp-Name differs from the body' })
      }
      return allow({ message })
    },
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const JSON_TYPE = /^application\/json(?: *; *charset=utf-8)?$/i
