import { expect, test } from 'vitest'
import { createEgress, destinationsOf } from '../src/index.ts'

test.each([
  ['https://venue.example/v1?a=1', 'allow', 'venue.example'],
  ['https://venue.example:8443/', 'allow', 'venue.example:8443'],
  ['http://venue.example/', 'allow', 'venue.example'],
  ['https://127.venue.example/', 'allow', '127.venue.example'],
  ['https://localhost.example/', 'allow', 'localhost.example'],
  ['http://127.0.0.1:7101/v1', 'loopback', 'http://127.0.0.1:7101'],
  ['http://127.1:7101/', 'loopback', 'http://127.0.0.1:7101'],
  ['https://localhost:8443/', 'loopback', 'https://localhost:8443'],
  ['http://[::1]:7101/', 'loopback', 'http://[::1]:7101'],
])('%s is reached through %s', (url, list, entry) => {
  const options = destinationsOf([url])
  expect(options).toEqual({ allow: [], loopback: [], [list]: [entry] })
  expect(() => createEgress({ ...options, contentTypes: [], deadlineMs: 1_000 })).not.toThrow()
})

test('several URLs are sorted, and nothing is not an error', () => {
  expect(destinationsOf(['https://a.example/', 'http://127.0.0.1:1/', 'https://b.example/'])).toEqual({
    allow: ['a.example', 'b.example'],
    loopback: ['http://127.0.0.1:1'],
  })
  expect(destinationsOf([])).toEqual({ allow: [], loopback: [] })
})

test('what is no URL is refused without being repeated', () => {
  expect(() => destinationsOf(['https://a.example/', 'hush-hush'])).toThrow('destinationsOf: URL 2 is not absolute')
})
