import { expect, test } from 'vitest'
import * as z from 'zod'
import { jsonValue } from '../../src/index.ts'

test('JSON is parsed and checked, and the parser says nothing about it', () => {
  const schema = jsonValue(z.array(z.strictObject({ id: z.string() })))
  expect(schema.parse('[{"id":"a"}]')).toEqual([{ id: 'a' }])
  const { error } = schema.safeParse('[hunter2]')
  expect(JSON.stringify(error)).not.toContain('hunter2')
  expect(schema.safeParse('[{"id":"a","b":1}]').error?.issues[0]?.path).toEqual([0])
})
