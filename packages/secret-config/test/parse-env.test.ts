import { execFileSync } from 'node:child_process'
import { parseEnv as nodeParseEnv } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseEnv, quoteEnv } from '../src/parse-env.ts'

const valuesOf = (text: string): Record<string, string> =>
  Object.fromEntries([...parseEnv(text, '.env').values].map(([name, { value }]) => [name, value]))

describe('parseEnv', () => {
  test('reads plain, single-quoted and double-quoted values', () => {
    const text = `# comment\n\nA=plain-1.2:3/4,5=\nB='{"a": "$x # y"}'\nC="two words"\nD=\nE=''\n`
    expect(valuesOf(text)).toEqual({ A: 'plain-1.2:3/4,5=', B: '{"a": "$x # y"}', C: 'two words', D: '', E: '' })
  })

  test.each([
    'export A=1',
    'A = 1',
    ' A=1',
    'A=1 # note',
    'A=two words',
    'A=$HOME',
    'A="$HOME"',
    'A="a\\n"',
    "A='unfinished",
    'A=a\\b',
    'A=`id`',
    'a=1',
    '1A=1',
    'A',
    '=1',
  ])('what parsers read differently is refused: %s', (line) => {
    const { values, problems } = parseEnv(line, '.env')
    expect(values.size).toBe(0)
    expect(problems).toMatchObject([{ rule: 'line_malformed', source: '.env:1' }])
  })

  test('a variable set twice is a problem of the second line', () => {
    const { values, problems } = parseEnv('A=1\nA=2\n', '.env')
    expect(values.get('A')?.value).toBe('1')
    expect(problems).toMatchObject([{ name: 'A', rule: 'line_repeated', source: '.env:2' }])
  })

  test('a problem does not repeat the line', () => {
    const { problems } = parseEnv('hunter2hunter2\nA=hunter2 hunter2\nhunter2 = 1', '.env')
    expect(problems).toHaveLength(3)
    expect(JSON.stringify(problems)).not.toContain('hunter2')
  })

  test('node reads what we read, and so does a shell', () => {
    const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[\w.,:/@%+=*~^"'$#\\` -]{0,20}$/))
    fc.assert(
      fc.property(value, (text) => {
        const quoted = quoteEnv(text)
        if (quoted === undefined) return
        const line = `A=${quoted}\n`
        expect(valuesOf(line)).toEqual({ A: text })
        expect(nodeParseEnv(line)).toEqual({ A: text })
      }),
    )
    const samples = ['plain', '{"a": "b"}', '$HOME `id` \\n', 'ä🧀 #x']
    const file = samples.map((text, i) => `S${i}=${quoteEnv(text)!}`).join('\n')
    const script = `${file}\nprintf '%s\\n' "$S0" "$S1" "$S2" "$S3"`
    expect(execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n')).toEqual(samples)
  })

  test('any text is parsed without a throw, and never into a name that is none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 200 }), (text) => {
        for (const name of parseEnv(text, '.env').values.keys()) expect(name).toMatch(/^[A-Z][A-Z0-9_]*$/)
      }),
    )
  })
})
