import { allow, type Guard, type Principal } from '@ringfence/guard'
import { insufficientScope } from '@ringfence/oauth-auth'
import type { Tool } from '../tools/tool.ts'
import { calledTool, type Message } from './message.ts'

/** Lets a tool be called only with a token that grants its scope. A tool that does not exist is the protocol's to refuse. */
export function toolScope(
  resource: string,
  tools: readonly Tool[],
): Guard<{ principal: Principal; message: Message }, {}, 'insufficient_scope'> {
  const denials = new Map(
    tools.map(({ name, scope }) => [name, { scope, denied: insufficientScope(resource, [scope]) }]),
  )
  return {
    name: 'toolScope',
    denies: ['insufficient_scope'],
    needs: ['principal', 'message'],
    adds: [],
    check: (_request, { principal, message }) => {
      const needed = denials.get(calledTool(message) ?? '')
      return needed === undefined || principal.has(needed.scope) ? allow() : needed.denied
    },
  }
}
