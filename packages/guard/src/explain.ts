import type { Server } from 'node:http'
import { RingfenceError } from '@ringfence/errors'
import { isChain } from './chain.ts'
import type { RouteTable } from './route-table.ts'

/**
 * Every route of a guarded server with its guards in order and what each can deny, as text for an operator.
 *
 * @param server the server of any adapter; for Fastify `app.server`
 */
export function explain(server: Server): string {
  const table = TABLES.get(server)
  if (table === undefined) throw new RingfenceError('option_invalid', 'explain() takes a server made by an adapter')
  return table.all
    .map(({ name, guarded }) => {
      if (!isChain(guarded)) return `${name}\n  open: ${guarded.why}`
      const lines = guarded.guards.map((guard) => `  ${guard.name}: ${guard.denies.join(', ') || 'denies nothing'}`)
      return [name, ...lines].join('\n')
    })
    .join('\n\n')
}

/** Called by the node core. */
export function remember(server: Server, table: RouteTable): void {
  TABLES.set(server, table)
}

const TABLES = new WeakMap<Server, RouteTable>()
