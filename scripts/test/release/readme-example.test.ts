import { expect, test } from 'vitest'
import { expectedError, importedPackages, readmeExample } from '../../release/readme-example.ts'

const fenced = (code: string): string => `# name\n\n\`\`\`ts\n${code}\n\`\`\`\n\nMore.\n\n\`\`\`ts\nsecond\n\`\`\`\n`

test('the example is the first ts block, of at most 8 lines', () => {
  expect(readmeExample(fenced('a\n\nb'))).toBe('a\n\nb\n')
  expect(() => readmeExample(fenced('a\n'.repeat(9)))).toThrow('9 lines, more than 8')
  expect(() => readmeExample('# name\n\n```sh\nls\n```\n')).toThrow('no ```ts example')
})

test('the packages that it imports are found', () => {
  const example =
    "import { a } from '@ringfence/guard/node'\nimport * as z from 'zod'\nimport b from 'node:fs'\nimport './c.ts'\n"
  expect(importedPackages(example)).toEqual(['@ringfence/guard', 'zod'])
})

test('the error that ends it is the first that a comment names', () => {
  expect(expectedError('a() // throws cidr_invalid: bits\nb() // throws other_code')).toBe('cidr_invalid')
  expect(expectedError('a() // rejects, egress_denied: no')).toBe('egress_denied')
  expect(expectedError('a() // rejects when the server may forget')).toBeUndefined()
})
