import { ProtocolError } from '@modelcontextprotocol/server'

/** What the protocol refused, for the log. */
export interface ProtocolRefusal {
  readonly event: 'mcp.refused' | 'mcp.failed'
  /** The JSON-RPC error code. */
  readonly code?: number
  /** Which rule of the protocol library it was. */
  readonly rule?: string
  /** For what is not a refusal but a fault of ours. */
  readonly error?: unknown
}

/** The refusals of the protocol library quote the caller: of those only code and rule are logged. */
export function protocolRefusal(error: unknown): ProtocolRefusal {
  if (error instanceof ProtocolError) return { event: 'mcp.refused', code: error.code }
  const rule = error instanceof Error ? REJECTED.exec(error.message)?.[1] : undefined
  return rule === undefined ? { event: 'mcp.failed', error } : { event: 'mcp.refused', rule }
}

const REJECTED = /^Rejected inbound request \(([a-z-]{1,64})\): /
