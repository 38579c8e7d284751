import { expect, test } from 'vitest'
import { apiVersion, bodyLimit, guards, open } from '../src/index.ts'
import { requestOf } from './requests.ts'

test('apiVersion: absent means the first, another one is refused with the list', () => {
  const chain = guards().use(apiVersion({ supported: ['1', '2'] }))
  expect(chain.run(requestOf())).toMatchObject({ adds: { apiVersion: '1' } })
  expect(chain.run(requestOf({ rawHeaders: ['X-API-Version', '2'] }))).toMatchObject({ adds: { apiVersion: '2' } })
  for (const rawHeaders of [
    ['x-api-version', '3'],
    ['x-api-version', ''],
    ['x-api-version', '1', 'x-api-version', '1'],
  ]) {
    expect(chain.run(requestOf({ rawHeaders }))).toMatchObject({
      code: 'api_version_unsupported',
      members: { supported: ['1', '2'] },
    })
  }
})

test('bodyLimit: hands the bytes on, or refuses', async () => {
  const body = new Uint8Array(3)
  expect(guards().use(bodyLimit(3)).run(requestOf({ body }))).toMatchObject({ adds: { rawBody: body } })
  expect(guards().use(bodyLimit(2)).run(requestOf({ body }))).toMatchObject({ code: 'body_too_large' })
  expect(
    await guards()
      .use(bodyLimit(3))
      .run(requestOf({ read: async () => body })),
  ).toMatchObject({ adds: { rawBody: body } })
  expect(() => bodyLimit(Number.NaN)).toThrowError(/whole number/)
})

test('open: needs a reason', () => expect(() => open(' ')).toThrowError(/the reason/))
