import { readFileSync } from 'node:fs'
import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { signRequest } from '../src/client.ts'
import { parseSignatureInput, signatureBase } from '../src/rfc9421.ts'

/** The worked example of docs/protocol.md, read from the page itself. */
const page = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/^( *)```(?:text|json)\n([\s\S]*?)^ *```$/gm)].map(([, indent, text]) => {
  const lines = text!.split('\n').map((line) => line.slice(indent!.length))
  return lines.join('\n').slice(0, -1)
})
const [given, body, digest, base, fields] = blocks as [string, string, string, string, string]
const value = (name: string): string => new RegExp(`^${name} +(.*)$`, 'm').exec(given)![1]!
const secret = value('secret').replace(' + 43 times the digit 0 + ', '0'.repeat(43))

test('the worked example is what the client sends', () => {
  expect(secret).toHaveLength(53)
  const [method, url] = value('request').split(' ') as [string, string]
  const headers = signRequest({
    method,
    url,
    body,
    keyId: value('key id'),
    secret,
    tag: 'ringfence-trading',
    now: Number(value('created')) * 1000,
    nonce: value('nonce'),
    sessionId: 'A'.repeat(43),
    headers: { 'x-api-version': value('version') },
  })
  expect(headers['content-digest']).toBe(digest)
  expect(`signature-input: ${headers['signature-input']}\nsignature: ${headers['signature']}`).toBe(fields)
  const request = {
    method,
    target: new URL(url).pathname,
    header: (name: string) => (name === 'host' ? [new URL(url).host] : [headers[name]!]),
  }
  expect(signatureBase(request, parseSignatureInput([headers['signature-input']!]).get('sig')!, 'http')).toBe(base)
})

test('the worked example holds by itself', () => {
  expect(Buffer.byteLength(body)).toBe(Number(/The body, (\d+) bytes/.exec(page)![1]))
  const mac = createHmac('sha256', secret).update(base).digest('base64')
  expect(fields).toContain(`signature: sig=:${mac}:`)
  expect(base).toContain(digest)
})
