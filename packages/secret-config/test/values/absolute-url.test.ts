import { describe, expect, test } from 'vitest'
import { absoluteUrl, secretUrl } from '../../src/index.ts'

const accepts = (text: string): boolean =>
  absoluteUrl({ schemes: ['https:'], loopbackSchemes: ['http:'] }).safeParse(text).success

describe('absoluteUrl', () => {
  test.each([
    'https://a.example',
    'https://a.example:8443/mcp?x=1',
    'http://127.0.0.1:7103',
    'http://[::1]:80/',
    'http://localhost',
  ])('accepts %s unchanged', (text) =>
    expect(absoluteUrl({ schemes: ['https:'], loopbackSchemes: ['http:'] }).parse(text)).toBe(text),
  )

  test.each([
    'http://a.example',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'ftp://127.0.0.1',
    'https://user@a.example',
    'https://user:pass@a.example',
    'https://@a.example',
    'https://a.example/#x',
    'https://a.example/#',
    ' https://a.example',
    'https://a.ex\tample',
    'https:\\\\a.example',
    'https:a.example',
    'https:///a.example',
    'https:/a.example',
    '//a.example',
    'a.example',
    'https://',
  ])('refuses %s', (text) => expect(accepts(text)).toBe(false))
})

describe('secretUrl', () => {
  test('may carry credentials and is a secret as a whole', () => {
    const schema = secretUrl({ schemes: ['rediss:'], loopbackSchemes: ['redis:'] })
    const url = schema.parse('rediss://:pa55word@cache.example:6380')
    expect(JSON.stringify({ url })).toBe('{"url":"[secret]"}')
    expect(url.use((text) => text)).toBe('rediss://:pa55word@cache.example:6380')
    expect(schema.safeParse('redis://cache.example').success).toBe(false)
    expect(schema.safeParse('redis://127.0.0.1:6379').success).toBe(true)
  })
})
