import { describe, expect, test } from 'vitest'
import { DENY_CODES, deny, problem, type DenyCode } from '../src/index.ts'

const CODES = Object.keys(DENY_CODES) as DenyCode[]

test('the union is closed at thirty', () => expect(CODES.length).toBeLessThanOrEqual(30))

describe.each(CODES)('%s', (code) => {
  test('is a problem document that says nothing internal', () => {
    const { status, headers, body } = problem(
      deny(code, { internal: 'planted-internal', headers: [['a', 'b']] }),
      'id-12345',
    )
    expect(headers).toEqual([
      ['a', 'b'],
      ['content-type', 'application/problem+json'],
    ])
    expect(JSON.parse(body)).toMatchObject({ status, code, title: DENY_CODES[code].title, requestId: 'id-12345' })
    expect(body).not.toContain('planted-internal')
  })
})

test('members cannot overwrite what the document states', () => {
  const { body } = problem(deny('not_found', { members: { status: 200, code: 'fine', extra: 1 } }), 'id-12345')
  expect(JSON.parse(body)).toMatchObject({ status: 404, code: 'not_found', extra: 1 })
})

test('the catalogue in the documentation is this one', async () => {
  const rows = CODES.map((code) => {
    const { status, title, cause, fix } = DENY_CODES[code]
    return `| \`${code}\` | ${status} | ${title} | ${cause} | ${fix} |`
  })
  const text = [
    '# Every way of saying no',
    '',
    'Made from `DENY_CODES` by a test of `@ringfence/guard`; run `vitest -u` after a change.',
    '',
    '| code | status | what the caller reads | cause | fix |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
  await expect(text).toMatchFileSnapshot('../../../docs/deny-codes.md')
})
