import { createEgress } from '@ringfence/egress'
import { deepStrict, publicUrl } from '@ringfence/validation'
import { assertInert, type Corpus, hostileInput, hostileTexts } from '@ringfence/validation/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { fetchUrl } from '../src/tools/fetch-url.ts'
import { ECHOED, echoTool } from './support/echo-tool.ts'
import { type Fixture, startFixture, toolCall } from './support/fixture.ts'

let fixture: Fixture
let authorization = ''

beforeAll(async () => {
  const fetcher = fetchUrl(createEgress({ allow: ['example.com'] }), ['example.com'])
  fixture = await startFixture({ limits: { address: 10_000, tool: 1_000 }, tools: [echoTool, fetcher] })
  authorization = `Bearer ${await fixture.token('tools:info tools:fetch')}`
})
afterAll(() => fixture.stop())

async function call(
  tool: string,
  args: object,
): Promise<{ result: { isError?: boolean; content: [{ text: string }] } }> {
  const { message, headers } = toolCall(tool, args)
  return (await (await fixture.post(message, { ...headers, authorization })).json()) as ReturnType<typeof JSON.parse>
}

test('no public attack gets through the argument of fetch_url', async () => {
  const schema = deepStrict(z.strictObject({ url: publicUrl({ hosts: ['example.com'] }) }))
  const accepts = (bytes: Uint8Array): boolean => schema.parse(bytes).ok
  const { passed, words } = await hostileInput({ sample: { url: 'https://example.com/' }, accepts })
  expect([passed, words]).toEqual([[], []])
})

test('nor through the tool itself, and no refusal repeats one', async () => {
  for (const url of [...hostileTexts('url'), ...hostileTexts('xss')].filter((_, i) => i % 12 === 0)) {
    const { result } = await call('fetch_url', { url })
    expect([url, result.isError, result.content[0].text]).toEqual([
      url,
      true,
      expect.stringMatching(/^Input validation error: Invalid arguments for tool fetch_url: url: [a-z_]+$/),
    ])
  }
})

test.each([
  ['a content coding', { 'content-encoding': 'gzip' }],
  ['a content coding that changes nothing', { 'content-encoding': 'identity' }],
  ['two media types', { 'content-type': 'application/json, application/json' }],
  ['another charset', { 'content-type': 'application/json; charset=utf-16' }],
])('a message with %s is not read', async (_, wrong) => {
  const { message, headers } = toolCall('echo', { text: 'a' })
  expect((await fixture.post(message, { ...headers, authorization, ...wrong })).status).toBe(415)
})

test('what is let into free text comes out as that text, and never into the log', async () => {
  const schema = deepStrict(ECHOED)
  const texts = (['sql', 'xss', 'nosql', 'naughty'] satisfies Corpus[])
    .flatMap(hostileTexts)
    .filter((said, i) => i % 8 === 0 && schema.validate({ text: said }).ok)
  const tried = await assertInert(texts, {
    roundTrip: async (said) => (await call('echo', { text: said })).result.content[0].text,
    unharmed: () => fixture.log.every((line) => line.endsWith('\n') && line.indexOf('\n') === line.length - 1),
  })
  expect(tried).toBeGreaterThan(250)
  const log = fixture.log.join('')
  expect(texts.filter((said) => !/^[\w .,:-]*$/.test(said) && log.includes(said))).toEqual([])
})
