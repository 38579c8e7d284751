import { describe, expect, test } from 'vitest'
import { declaresJson } from '../src/declares-json.ts'
import { request } from './support/request.ts'

const declares = (...headers: [name: string, value: string][]): boolean => declaresJson(request({ headers }))

describe('declaresJson', () => {
  test.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8" ',
  ])('%s', (type) => {
    expect(declares(['content-type', type])).toBe(true)
  })

  test.each([
    '',
    'text/json',
    'application/json5',
    'application/problem+json',
    'application/json; charset=utf-16',
    'application/json; charset=utf-8; charset=utf-16',
    'application/json, text/plain',
    'application/json; boundary=x',
    'xapplication/json',
  ])('not %j', (type) => {
    expect(declares(['content-type', type])).toBe(false)
  })

  test('not without a type, with two, or with any coding', () => {
    const json: [string, string] = ['content-type', 'application/json']
    expect(declares()).toBe(false)
    expect(declares(json, json)).toBe(false)
    expect(declares(json, ['content-encoding', 'gzip'])).toBe(false)
    expect(declares(json, ['content-encoding', 'identity'])).toBe(false)
  })
})
