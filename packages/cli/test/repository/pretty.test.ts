import { expect, test } from 'vitest'
import { pretty } from '../../src/repository/pretty.ts'

test('a log line of an app becomes one line for people', () => {
  const line = JSON.stringify({
    level: 30,
    time: 0,
    pid: 1,
    hostname: 'h',
    name: 'trading',
    event: 'listening',
    port: 7101,
  })
  expect(pretty('trading', line)).toBe('trading 00:00:00.000 info  listening {"port":7101}')
})

test('what a line does not say is left out', () => {
  expect(pretty('oauth', '{"event":"listening","port":7103}')).toBe('oauth   listening {"port":7103}')
  expect(pretty('oauth', '{"level":35,"msg":"hm"}')).toBe('oauth   35 hm')
})

test('anything else stays as it is', () => {
  expect(pretty('oauth', 'plain text')).toBe('oauth   plain text')
  expect(pretty('oauth', '{broken')).toBe('oauth   {broken')
})
