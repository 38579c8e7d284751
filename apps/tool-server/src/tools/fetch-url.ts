import type { Egress } from '@ringfence/egress'
import { RingfenceError } from '@ringfence/errors'
import { createLeases } from '@ringfence/rate-limit'
import { publicUrl } from '@ringfence/validation'
import * as z from 'zod'
import { defineTool, type Tool, ToolFailure } from './tool.ts'

/**
 * Fetches text over https. The URL has to pass the published pattern and name an allowed host; the address behind the
 * name is checked when the connection is made; redirects are answers, not followed. A caller may wait for a few at a time.
 *
 * @param hosts allowed host names, or `*` for every public host
 */
export function fetchUrl(egress: Egress, hosts: readonly string[] | '*'): Tool {
  const fetching = createLeases({ limit: AT_ONCE, ttlMs: LEASE_MS })
  return defineTool({
    name: 'fetch_url',
    title: 'Fetch a URL',
    description: 'Fetches a text document over https and returns its status and text. Redirects are not followed.',
    scope: 'tools:fetch',
    input: z.strictObject({ url: publicUrl({ hosts }) }),
    run: async ({ url }, { signal, principal }) => {
      const lease = fetching.acquire([principal.id, principal.clientId])
      if (!lease.ok) throw new ToolFailure(`At most ${AT_ONCE} URLs are fetched at a time.`)
      try {
        const answer = await egress.fetch(url, { signal, headers: { accept: ACCEPT } })
        return JSON.stringify({
          status: answer.status,
          contentType: answer.headers.get('content-type'),
          text: answer.text(),
        })
      } catch (error) {
        // Whether a name resolves, and to what, is nobody's business outside: one sentence for every refusal.
        if (error instanceof RingfenceError) throw new ToolFailure(SENTENCES[error.code] ?? FAILED)
        throw error
      } finally {
        lease.release()
      }
    },
  })
}

/** The media types that {@link fetchUrl}'s egress lets in. */
export const TEXT_TYPES: readonly string[] = ['text/plain', 'text/html', 'text/markdown', 'application/json']

/** URLs that one caller may wait for at once, and how long one holds its place if it never ends (ms). */
const AT_ONCE = 4
const LEASE_MS = 30_000

const ACCEPT = TEXT_TYPES.join(', ')
const FAILED = 'The URL could not be fetched.'
const SENTENCES: Partial<Record<RingfenceError['code'], string>> = {
  egress_denied: 'The URL may not be fetched.',
  egress_failed: FAILED,
}
