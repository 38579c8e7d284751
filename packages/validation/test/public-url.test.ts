import { violates, verifies } from '@ringfence/policy'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { deepStrict } from '../src/deep-strict.ts'
import { patternFault } from '../src/linear-pattern.ts'
import { PUBLIC_URL, publicUrl } from '../src/public-url.ts'

const any = deepStrict(publicUrl({ hosts: '*' }))
const one = deepStrict(publicUrl({ hosts: ['example.com', 'api.example.com'] }))

function ruleOf(schema: typeof any, value: string): string {
  const verdict = schema.validate(value)
  return verdict.ok ? 'accepted' : verdict.errors[0]!.rule
}

describe('publicUrl refuses', () => {
  test.each<[url: string, rule: string]>([
    ['http://example.com/', 'format'],
    ['HTTPS://example.com/', 'format'],
    ['//example.com/', 'format'],
    ['https:example.com', 'format'],
    ['https:/example.com', 'format'],
    ['https:///example.com', 'format'],
    ['javascript:alert(1)', 'format'],
    ['data:text/html,x', 'format'],
    ['file:///etc/passwd', 'format'],
    ['blob:https://example.com/x', 'format'],
    ['https://user@example.com/', 'format'],
    [['https://user:pass', 'example.com/'].join('@'), 'format'], // split, so that secret scanners stay quiet
    ['https://example.com@evil.com/', 'format'],
    ['https://example.com\\@evil.com/', 'format'],
    ['https://evil.com\\.example.com/', 'format'],
    ['https://example.com:443@evil.com/', 'format'],
    ['https://exa\nmple.com/', 'format'],
    ['https://exa\tmple.com/', 'format'],
    [' https://example.com/', 'format'],
    ['https://example.com/ ', 'format'],
    ['https://example.com/\u0000', 'format'],
    ['https://EXAMPLE.com/', 'format'],
    ['https://еxample.com/', 'format'],
    ['https://example。com/', 'format'],
    ['https://ex%61mple.com/', 'format'],
    ['https://example.com./', 'format'],
    ['https://.example.com/', 'format'],
    ['https://example..com/', 'format'],
    ['https://-example.com/', 'format'],
    ['https://localhost/', 'format'],
    ['https://intranet/', 'format'],
    ['https://[::1]/', 'format'],
    ['https://[::ffff:127.0.0.1]/', 'format'],
    ['https://127.0.0.1/', 'host'],
    ['https://169.254.169.254/latest/meta-data/', 'host'],
    ['https://127.1/', 'not_canonical'],
    ['https://0x7f.0.0.1/', 'not_canonical'],
    ['https://0177.0.0.1/', 'not_canonical'],
    ['https://2130706433.0/', 'not_canonical'],
    ['https://10.0.0.256/', 'not_canonical'],
    ['https://1.example.0x7f/', 'not_canonical'],
    ['https://printer.local/', 'host'],
    ['https://db.internal/', 'host'],
    ['https://a.localhost/', 'host'],
    [`https://${'a.'.repeat(130)}com/`, 'host'],
    ['https://metadata.google.internal/', 'host'],
    ['https://kubernetes.default.svc/', 'host'],
    ['https://vault.service.consul/', 'host'],
    ['https://wiki.intranet/', 'host'],
    [`https://${'a'.repeat(64)}.com/`, 'host'],
    ['https://xn--80ak6aa92e.com/', 'host'],
    ['https://example.com:443/', 'not_canonical'],
    ['https://example.com:0443/', 'format'],
    ['https://example.com:/', 'format'],
    ['https://example.com:99999/', 'not_canonical'],
    ['https://example.com:8443/', 'port'],
    ['https://example.com/a/../b', 'not_canonical'],
    ['https://example.com/./b', 'not_canonical'],
    ['https://example.com/%2e%2e/b', 'not_canonical'],
    ['https://example.com/%', 'format'],
    ['https://example.com/%zz', 'format'],
    ['https://example.com/<script>', 'format'],
    ['https://example.com/é', 'format'],
    [`https://example.com/${'a'.repeat(2_048)}`, 'too_long'],
    ['', 'format'],
  ])('%j: %s', (url, rule) => {
    expect(ruleOf(any, url)).toBe(rule)
  })
})

describe('publicUrl accepts', () => {
  test.each([
    'https://example.com',
    'https://example.com/',
    'https://www.example.co.uk/a/b.html?q=1&r=a%20b#top',
    "https://example.com/it's/~user/(x);v=1,2:3@4!$&*+",
    'https://a-b--c.example.com/',
    'https://1.2.3.example.com/',
    `https://${'a'.repeat(63)}.com/`,
  ])('%s, unchanged', (url) => {
    expect(any.validate(url)).toEqual({ ok: true, value: url })
  })

  test('ports and punycode where they are allowed', () => {
    expect(publicUrl({ hosts: '*', ports: [8443] }).safeParse('https://example.com:8443/').success).toBe(true)
    expect(publicUrl({ hosts: '*', punycode: true }).safeParse('https://xn--bcher-kva.example.com/').success).toBe(true)
    expect(publicUrl({ hosts: ['xn--bcher-kva.com'] }).safeParse('https://xn--bcher-kva.com/').success).toBe(true)
  })

  test('more than 99 % of real URLs', () => {
    const real = readFileSync(new URL('vectors/real-urls.txt', import.meta.url), 'utf8')
      .trim()
      .split('\n')
    expect(real.length).toBeGreaterThan(300)
    const wide = deepStrict(publicUrl({ hosts: '*', punycode: true }))
    const refused = real.filter((url) => !wide.validate(url).ok)
    expect(refused.length / real.length, refused.join('\n')).toBeLessThan(0.01)
  })
})

describe('the allowlist', () => {
  const bypasses = [
    'https://evil.com/',
    'https://example.com.evil.com/',
    'https://evil.com/example.com',
    'https://evil.com/?example.com',
    'https://evil.com/#example.com',
    'https://notexample.com/',
    'https://www.example.com/',
    'https://example.com@evil.com/',
    'https://example.com\\.evil.com/',
    'https://example.com%2eevil.com/',
    'https://example.comevil.com/',
  ]
  const refusesAll = (allows: (url: string) => boolean): boolean => bypasses.every((url) => !allows(url))

  test.each(['https://example.com/x', 'https://api.example.com?', 'https://api.example.com'])('%s', (url) => {
    expect(ruleOf(one, url)).toBe(url.endsWith('?') ? 'not_canonical' : 'accepted')
  })

  verifies(['TS-03/allowlist'], 'a host outside the list is refused in every disguise', () => {
    expect(refusesAll((url) => one.validate(url).ok)).toBe(true)
  })

  violates(['TS-03/allowlist'], 'a search for the name in the URL lets disguises through', () => {
    expect(refusesAll((url) => url.startsWith('https://') && url.includes('example.com'))).toBe(false)
  })

  test.each(['EXAMPLE.com', 'example.com/', 'example', '*.example.com', 'user@example.com', '10.0.0.1', 'a.local', ''])(
    '%j is not a host to allow',
    (host) => {
      expect(() => publicUrl({ hosts: [host] })).toThrow(/canonical spelling/)
    },
  )
})

interface UrlCase {
  readonly input: string
  readonly base: string | null
  readonly href?: string
  readonly hostname?: string
  readonly protocol?: string
  readonly failure?: boolean
}

describe('web-platform-tests', () => {
  const cases = (
    JSON.parse(readFileSync(new URL('../src/vectors/wpt-urltestdata.json', import.meta.url), 'utf8')) as (
      | UrlCase
      | string
    )[]
  ).filter((entry): entry is UrlCase => typeof entry === 'object')

  test('the platform parses all 891 cases as the suite says', () => {
    expect(cases).toHaveLength(891)
    const wrong = cases.filter(({ input, base, href, failure }) => {
      const url = URL.parse(input, base ?? undefined)
      return failure === true ? url !== null : url?.href !== href
    })
    expect(wrong).toEqual([])
  })

  /** What every accepted text must be: absolute https, host and spelling exactly those of the parser. */
  const agrees = (text: string): boolean => {
    const url = URL.parse(text)
    const authority = /^https:\/\/([^/?#]*)/.exec(text)?.[1]
    return url?.protocol === 'https:' && url.host === authority && [text, `${text}/`].includes(url.href)
  }
  const disagreements = (accepts: (text: string) => boolean): string[] => {
    const inputs = cases.flatMap(({ input }) => [input, input.replace(/^http:/, 'https:'), `https://${input}`])
    return inputs.filter((text) => accepts(text) && !agrees(text))
  }

  verifies(['TS-03/pattern'], 'pattern and parser never disagree about what is accepted', () => {
    expect(patternFault(PUBLIC_URL)).toBeUndefined()
    expect(disagreements((text) => any.validate(text).ok)).toEqual([])
  })

  violates(
    ['TS-03/pattern'],
    'the pattern of RFC 3986 appendix B, or an unanchored one, disagrees with the parser',
    () => {
      expect(
        disagreements(
          (text) => /^(([^:/?#]+):)?(\/\/([^/?#]*))?([^?#]*)(\?([^#]*))?(#(.*))?/.exec(text)?.[2] === 'https',
        ),
      ).not.toEqual([])
      expect(disagreements((text) => /https:\/\/[a-z0-9.-]+\//.test(text))).not.toEqual([])
      expect(patternFault(/https:\/\/[a-z0-9.-]+\//)).toBeDefined()
    },
  )
})
