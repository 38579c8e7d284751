import { allow, deny, type Guard } from '@ringfence/guard'
import { declaresJson, parseJson } from '@ringfence/validation'

/** One JSON-RPC message, parsed once: guards, limits and the protocol all see this value. */
export interface Message {
  readonly value: Readonly<Record<string, unknown>>
  /** The id of a request; undefined for a notification and for whatever is no JSON-RPC. */
  readonly id: string | number | undefined
  /** The method of a request or notification. */
  readonly method: string | undefined
  /** What the method is about: the name of a tool or prompt, or the URI of a resource. */
  readonly name: string | undefined
}

/**
 * Reads the body as one JSON object. Batches are refused: no revision that is served here has them. Whether the object is
 * a JSON-RPC message of a revision it names is the protocol's to say.
 */
export function mcpMessage(options: {
  readonly limit: number
}): Guard<
  {},
  { message: Message },
  'media_type_unsupported' | 'body_too_large' | 'body_incomplete' | 'body_malformed'
> {
  return {
    name: `mcpMessage(${options.limit})`,
    denies: ['media_type_unsupported', 'body_too_large', 'body_incomplete', 'body_malformed'],
    adds: ['message'],
    check: async (request) => {
      if (!declaresJson(request)) return deny('media_type_unsupported')
      const json = parseJson(await request.body(options.limit), { bytes: options.limit, stringLength: options.limit })
      if (!json.ok) return malformed(json.fault)
      return isRecord(json.value) ? allow({ message: messageOf(json.value) }) : malformed('one_message')
    },
  }
}

/** The tool that a message calls. */
export function calledTool({ method, name }: Message): string | undefined {
  return method === 'tools/call' ? name : undefined
}

function messageOf(value: Record<string, unknown>): Message {
  const { id, method, params } = value
  const about = isRecord(params) ? (params['name'] ?? params['uri']) : undefined
  return {
    value,
    id: typeof method === 'string' && (typeof id === 'string' || typeof id === 'number') ? id : undefined,
    method: typeof method === 'string' ? method : undefined,
    name: typeof about === 'string' ? about : undefined,
  }
}

function malformed(rule: string) {
  return deny('body_malformed', { members: { errors: [{ path: '', rule }] } })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
