import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { appFixture } from '../app-fixture.ts'

const DOCUMENT = new URL('../../../../docs/five-gates.md', import.meta.url)
const EXAMPLE = /```http\nPOST \/v1\/orders\n(?<fields>(?:[\w-]+: .+\n)*)\n(?<body>.+)\n```\n\n`(?<answer>.+)`/g

test('every example of the documentation gets the answer that it says', async () => {
  const examples = [...readFileSync(DOCUMENT, 'utf8').matchAll(EXAMPLE)]
  expect(examples).toHaveLength(6)
  const app = await appFixture()
  const session = await app.session()
  for (const { groups } of examples) {
    const { fields = '', body = '', answer } = groups ?? {}
    const headers = Object.fromEntries(
      fields
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split(': ')),
    ) as Record<string, string>
    const { status, json } = await app.call('POST', '/v1/orders', { session, headers, body })
    const words = status === 201 ? [json.status] : [json.code, json.errors?.[0].rule]
    expect([status, ...words].filter((word) => word !== undefined).join(' ')).toBe(answer)
  }
})
