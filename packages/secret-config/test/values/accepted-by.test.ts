import { expect, test } from 'vitest'
import { acceptedBy } from '../../src/index.ts'

test('a text is valid if it can be read, stays as it was, and the complaint of the reader is not repeated', () => {
  const schema = acceptedBy((text) => {
    if (text !== 'good') throw new Error(`cannot read ${text}`)
    return 7
  }).describe('the word good')
  expect(schema.parse('good')).toBe('good')
  expect(schema.safeParse(7).success).toBe(false)
  const refused = schema.safeParse('planted')
  expect(refused.success).toBe(false)
  expect(JSON.stringify(refused.error)).not.toContain('planted')
})
