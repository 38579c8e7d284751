import { describe, expect, test } from 'vitest'
import { allow, deny, either, guards, type Guard, type Outcome } from '../src/index.ts'
import { requestOf } from './requests.ts'

function kind(field: string, verdict: Outcome<{ who: string }>): Guard<{}, { who: string }> {
  const presents: Guard<{}, {}>['presents'] = (request) => request.header(field).length > 0
  const challenge = deny('credentials_missing', { headers: [['www-authenticate', field]] })
  return {
    name: field,
    denies: ['credentials_missing'],
    presents,
    check: (request) => (presents(request) ? verdict : challenge),
  }
}

const chain = guards().use(either(kind('x-a', deny('credentials_invalid')), kind('x-b', allow({ who: 'b' }))))

describe('either', () => {
  test('the kind that is presented decides', async () => {
    expect(await chain.run(requestOf({ rawHeaders: ['x-b', '1'] }))).toMatchObject({ ok: true, adds: { who: 'b' } })
  })
  test('a refusal is never a chance for the other kind', async () => {
    expect(await chain.run(requestOf({ rawHeaders: ['x-a', '1'] }))).toMatchObject({ code: 'credentials_invalid' })
  })
  test('two kinds at once are refused, even if one of them is right', async () => {
    expect(await chain.run(requestOf({ rawHeaders: ['x-a', '1', 'x-b', '1'] }))).toMatchObject({
      code: 'credentials_malformed',
    })
  })
  test('nothing presented: the challenges of both', async () => {
    const headers = [
      ['www-authenticate', 'x-a'],
      ['www-authenticate', 'x-b'],
    ]
    expect(await chain.run(requestOf())).toMatchObject({ code: 'credentials_missing', headers })
  })
  test('takes authenticating guards only', () => {
    expect(() =>
      either({ name: 'x', denies: [], check: () => allow() }, kind('x-b', allow({ who: 'b' })) as never),
    ).toThrowError(/presents/)
  })
  test('a guard that allows without credentials fails closed', async () => {
    const lax = { ...kind('x-a', allow({ who: 'a' })), check: () => allow({ who: 'anybody' }) }
    const outcome = await guards()
      .use(either(lax, kind('x-b', allow({ who: 'b' }))))
      .run(requestOf())
    expect(outcome).toMatchObject({ code: 'guard_failed' })
  })
})
