import type { ScopeHierarchy } from '@ringfence/oauth-auth'

/** A token with the broad scope has the narrow ones. What reads the trading system is granted by its own name only. */
export const SCOPE_HIERARCHY: ScopeHierarchy = { tools: ['tools:info', 'tools:fetch'] }
