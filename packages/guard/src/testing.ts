import { createHash } from 'node:crypto'
import { bodyLimit } from './body-limit.ts'
import { guards } from './chain.ts'
import { conformanceCases, slowConformanceCases, type ConformanceCase } from './conformance-cases.ts'
import type { Guard } from './guard.ts'
import type { Guarded } from './guarded.ts'
import { open } from './open.ts'
import { allow } from './outcome.ts'
import { exchange, type RawResponse } from './raw-exchange.ts'

export { conformanceCases, slowConformanceCases, type ConformanceCase } from './conformance-cases.ts'
export { exchange, type RawResponse, type Wire } from './raw-exchange.ts'

/** What the guards of a conformance route saw; its handler answers with this as JSON. */
export interface Seen {
  readonly route: string
  readonly target: string
  readonly twice: readonly string[]
  readonly bytes: number
  readonly sha256: string
}

/** A route that an adapter under test serves: `guarded(route.guards, (context) => JSON.stringify(context.seen ?? {}))`. */
export interface ConformanceRoute {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly guards: Guarded
}

const seen: Guard<{}, { seen: Seen }, 'body_too_large' | 'body_incomplete'> = {
  name: 'seen',
  denies: [],
  adds: ['seen'],
  check: async (request) => {
    const body = await request.body(10_240)
    const sha256 = createHash('sha256').update(body).digest('hex')
    const { route, target } = request
    return allow({ seen: { route, target, twice: request.header('x-twice'), bytes: body.length, sha256 } })
  },
}

/** The routes of the conformance table. */
export const conformanceRoutes: readonly ConformanceRoute[] = [
  { method: 'GET', path: '/open', guards: open('conformance') },
  { method: 'GET', path: '/seen', guards: guards().use(seen) },
  { method: 'GET', path: '/items/:id', guards: guards().use(seen) },
  { method: 'POST', path: '/echo', guards: guards().use(bodyLimit(10_240)).use(seen) },
]

/**
 * Runs the conformance table against a server on loopback that serves {@link conformanceRoutes}.
 *
 * @param options.responseHeader a field the server was told to put on every answer
 * @returns a sentence per row that does not hold; an adapter conforms if there is none
 */
export async function checkConformance(
  port: number,
  options: { readonly responseHeader: readonly [name: string, value: string]; readonly slow?: boolean },
): Promise<string[]> {
  const check = async (row: ConformanceCase): Promise<string[]> => {
    const answers = (await exchange(port, row.wire)).filter(({ status }) => status !== 100)
    return shortcomings(row, answers, options.responseHeader).map((why) => `${row.id}: ${why}`)
  }
  if (options.slow === true) return (await Promise.all(slowConformanceCases.map(check))).flat()
  const failures: string[] = []
  for (const row of conformanceCases) failures.push(...(await check(row)))
  return failures
}

function shortcomings(
  row: ConformanceCase,
  answers: readonly RawResponse[],
  stamp: readonly [string, string],
): string[] {
  const why: string[] = []
  const statuses = answers.map(({ status }) => status)
  if (statuses.join() !== row.statuses.join()) why.push(`answers ${statuses.join()} instead of ${row.statuses.join()}`)
  const last = answers.at(-1)
  if (row.code !== undefined && !last?.body.includes(`"code":"${row.code}"`)) why.push(`no code ${row.code}`)
  if (row.body !== undefined && !last?.body.includes(row.body)) why.push(`no ${row.body} in ${last?.body}`)
  for (const { headers } of answers) {
    const names = headers.map(([name]) => name)
    if (!names.includes('x-request-id')) why.push('an answer without X-Request-ID')
    if (!headers.some(([name, value]) => name === stamp[0] && value === stamp[1]))
      why.push(`an answer without ${stamp[0]}`)
    if (names.some((name) => name.startsWith('access-control-'))) why.push('an answer with a CORS field')
  }
  return why
}
