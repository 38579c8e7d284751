import { describe, expect, test } from 'vitest'
import { stopServer } from '../src/node.ts'
import { checkConformance, conformanceRoutes } from '../src/testing.ts'
import { ADAPTERS, listen } from './adapters.ts'

const stamp = ['x-api-version', '1'] as const

describe.concurrent.each(Object.keys(ADAPTERS))('%s', (name) => {
  test.each([{ slow: false }, { slow: true }])(
    'passes the conformance table %o',
    { timeout: 30_000 },
    async ({ slow }) => {
      const server = await ADAPTERS[name]!(conformanceRoutes, { responseHeaders: [stamp] })
      const port = await listen(server)
      expect(await checkConformance(port, { responseHeader: stamp, slow })).toEqual([])
      await stopServer(server, 100)
    },
  )
})
