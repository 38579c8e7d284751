import { expect, test } from 'vitest'
import * as z from 'zod'
import { environment, loadConfig, port, secret } from '../src/index.ts'

test('the configuration has the types of its schema', () => {
  const variables = { A_PORT: '80', A_KEY: 'k7Qp2vXw9sLz4nBt' }
  const schema = z.object({ A_PORT: port(), A_KEY: secret(), A_NAME: z.string().default('x') })
  const config = loadConfig(schema, { sources: [environment({ variables })] })
  const number: number = config.A_PORT
  // @ts-expect-error a secret is not text
  const text: string = config.A_KEY
  // @ts-expect-error there is no such variable
  const other: unknown = config.A_OTHER
  // @ts-expect-error it is frozen
  expect(() => (config.A_PORT = 1)).toThrow(TypeError)
  // @ts-expect-error only variables of the schema can be empty
  loadConfig(schema, { sources: [environment({ variables })], mayBeEmpty: ['A_OTHER'] })
  expect([number, typeof text, other, config.A_NAME]).toEqual([80, 'object', undefined, 'x'])
})
