import * as fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createEgress, type EgressInit } from '../src/index.ts'
import { readyRequest } from '../src/request.ts'
import { authority, https } from './support/servers.ts'

const refusal = (message: RegExp): unknown =>
  expect.objectContaining({ code: 'egress_denied', message: expect.stringMatching(message) as unknown })

describe('the URL', () => {
  test.each([
    '',
    'example.com',
    '/path',
    '//example.com/',
    'https:/example.com\\@evil.example',
    'https://exa\nmple.com/',
    'https://exa\tmple.com/',
    ' https://example.com/',
    'https://example.com/ ',
    'https://b\u00fccher.example/',
    'https://example.com/\u0000',
    'https://',
    'https://exa mple.com/',
    'https://[::1/',
    'https://[fe80::1%25eth0]/',
    'https://1.2.3.256/',
    'javascript:alert(1)',
    'ftp://example.com/',
    `https://example.com/${'a'.repeat(8_192)}`,
    undefined as unknown as string,
    { toString: () => 'https://example.com/' } as unknown as string,
  ])('%j is refused', (url) => {
    expect(() => readyRequest(url, {})).toThrow(refusal(/malformed|not for HTTP/))
  })

  test('userinfo is refused, and no message repeats a secret of the URL', () => {
    const secret = 'hunter2'
    for (const url of [
      `https://user:${secret}@example.com/`,
      `https://${secret}@example.com/`,
      `gopher://example.com/${secret}`,
      `https://exa mple.com/?token=${secret}`,
    ]) {
      expect(() => readyRequest(url, {})).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining(secret) as unknown }),
      )
    }
  })
})

test('whatever the text: a request to the origin that the URL standard reads, or a refusal', () => {
  const text = fc.oneof(
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom('https://', 'a', '.', ':', '@', '/', '\\', '?', '#', '[', ']', '1', '%', ' ', '\t'),
    }),
  )
  fc.assert(
    fc.property(text, (url) => {
      try {
        const ready = readyRequest(url, {})
        const read = new URL(url)
        expect(`${ready.origin}${ready.path}`).toBe(read.origin + read.pathname + read.search)
      } catch (error) {
        expect(error).toMatchObject({ code: 'egress_denied' })
      }
    }),
    { numRuns: 500 },
  )
})

describe('method, headers and body', () => {
  test.each<[EgressInit, RegExp]>([
    [{ method: 'CONNECT' }, /method/],
    [{ method: 'TRACE' }, /method/],
    [{ method: 'get' }, /method/],
    [{ headers: { Host: 'evil.example' } }, /header host is not/],
    [{ headers: { 'transfer-encoding': 'chunked' } }, /transfer-encoding is not/],
    [{ headers: { 'Content-Length': '3' } }, /content-length is not/],
    [{ headers: { 'accept-encoding': 'gzip' } }, /accept-encoding is not/],
    [{ headers: { accept: 'a', Accept: 'b' } }, /accept is given twice/],
    [{ headers: { 'x y': 'a' } }, /name is malformed/],
    [{ headers: { 'x\r\ny': 'a' } }, /name is malformed/],
    [{ headers: { x: 'a\r\nHost: evil.example' } }, /value of header x/],
    [{ headers: { x: 'caf\u00e9' } }, /value of header x/],
    [{ headers: { x: 1 as unknown as string } }, /value of header x/],
    [{ headers: Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`x-${i}`, ''])) }, /more than 64/],
  ])('%j is refused', (init, message) => {
    expect(() => readyRequest('https://example.com/', init)).toThrow(refusal(message))
  })

  test('what is sent arrives as it was given', async () => {
    const server = await https((request, answer) => {
      const chunks: Buffer[] = []
      request
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => {
          const { method, url, headers } = request
          answer.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString() }))
        })
    })
    const origin = `https://127.0.0.1:${server.port}`
    const egress = createEgress({ allow: [], loopback: [origin], ca: authority.ca })
    onTestFinished(() => egress.close())
    const body = '{"a":"\u00fc"}'
    for (const sent of [body, new TextEncoder().encode(body)]) {
      const answer = await egress.fetch(`${origin}/v1/orders?a=%20b&c#fragment`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'x-api-key': 'k' },
        body: sent,
      })
      expect(JSON.parse(answer.text())).toMatchObject({
        method: 'POST',
        url: '/v1/orders?a=%20b&c',
        headers: {
          host: `127.0.0.1:${server.port}`,
          'accept-encoding': 'identity',
          'content-type': 'application/json',
          'content-length': '10',
          'x-api-key': 'k',
        },
        body,
      })
    }
  })
})
