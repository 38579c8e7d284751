import { expect, test } from 'vitest'
import { CORPORA, hostileTexts, payloads } from '../src/hostile-corpora.ts'

test('the corpora are whole', () => {
  const sizes = Object.fromEntries(CORPORA.map((corpus) => [corpus, payloads(corpus).length]))
  expect(sizes).toEqual({ naughty: 510, sql: 1_267, xss: 1_544, nosql: 31, url: 813, json: 223 })
})

test.each(CORPORA)('of %s every text is there once, and none is empty', (corpus) => {
  const texts = hostileTexts(corpus)
  expect(texts.length).toBeGreaterThan(20)
  expect(new Set(texts).size).toBe(texts.length)
  expect(texts).not.toContain('')
})

test('an operator of NoSQL is tried as an object, too', () => {
  const raw = payloads('nosql').map((payload) => Buffer.from(payload.raw).toString())
  expect(raw).toContain('{"$gt": ""}')
  expect(raw).toContain(JSON.stringify('{"$gt": ""}'))
})
