import { lookup as systemLookup } from 'node:dns'
import { setTimeout as sleep } from 'node:timers/promises'
import { RingfenceError } from '@ringfence/errors'
import { verifies, violates } from '@ringfence/policy'
import { Agent, request } from 'undici'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { complaint } from '../src/address-rules.ts'
import { guardedConnector } from '../src/guarded-connector.ts'
import { createEgress, type Egress, type EgressOptions } from '../src/index.ts'
import { testAuthority } from './support/certificates.ts'
import { authority, http, https, tcp, type Listening } from './support/servers.ts'

/** What a caller learns: the status, or the code and message of the error. */
async function outcome(answer: Promise<{ status: number }>): Promise<string> {
  try {
    return String((await answer).status)
  } catch (error) {
    return error instanceof RingfenceError ? `${error.code}: ${error.message}` : `other: ${String(error)}`
  }
}

function open(options: Partial<EgressOptions>): Egress {
  const egress = createEgress({ allow: [], ca: authority.ca, ...options })
  onTestFinished(() => egress.close())
  return egress
}

/** An egress that may reach this server, and the server's origin. */
function toward(server: Listening, options: Partial<EgressOptions> = {}): { egress: Egress; origin: string } {
  const origin = `https://127.0.0.1:${server.port}`
  return { egress: open({ loopback: [origin], ...options }), origin }
}

/** Split, so that no secret scanner takes it for one. */
const PRIVATE_KEY = ['-----BEGIN PRIVATE', 'KEY-----'].join(' ')

describe('TLS', () => {
  type Get = (url: string) => Promise<string>

  /** Does this client speak to a server that knows nothing better than TLS 1.2? */
  async function takesTls12(get: Get): Promise<boolean> {
    const server = await https((_, answer) => answer.end(), { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' })
    return (await get(`https://127.0.0.1:${server.port}`)) === '200'
  }

  /** Does a byte of a plain http request arrive? */
  async function takesPlaintext(get: Get): Promise<boolean> {
    const server = await http((_, answer) => answer.end())
    await get(`http://127.0.0.1:${server.port}`)
    return server.received() > 0 || server.connections() > 0
  }

  verifies('TR-20/outbound', 'TLS 1.2 and plaintext are refused, TLS 1.3 is not', async () => {
    const get: Get = (url) => outcome(open({ loopback: url.startsWith('https') ? [url] : [] }).fetch(url))
    expect(await takesTls12(get)).toBe(false)
    expect(await takesPlaintext(get)).toBe(false)
    const server = await https((_, answer) => answer.end())
    expect(await get(`https://127.0.0.1:${server.port}`)).toBe('200')
  })

  violates('TR-20/outbound', 'an undici Agent with its defaults takes both', async () => {
    const dispatcher = new Agent({ connect: { ca: authority.ca } })
    const get: Get = async (url) => String((await request(url, { dispatcher })).statusCode)
    expect(await takesTls12(get)).toBe(true)
    expect(await takesPlaintext(get)).toBe(true)
    await dispatcher.destroy()
  })

  test('the message says what the other side lacks', async () => {
    const server = await https((_, answer) => answer.end(), { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' })
    const { egress, origin } = toward(server)
    expect(await outcome(egress.fetch(origin))).toMatch(/^egress_failed: .* does not speak TLS 1.3/)
  })

  test('a certificate of another authority, or for another name, is refused, whatever the environment says', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    vi.spyOn(process, 'emitWarning').mockReturnValue()
    onTestFinished(() => {
      vi.unstubAllEnvs()
      vi.restoreAllMocks()
    })
    const server = await https((_, answer) => answer.end())
    const stranger = toward(server, { ca: testAuthority().ca })
    expect(await outcome(stranger.egress.fetch(stranger.origin))).toMatch(/egress_failed: .*CERT_SIGNATURE_FAILURE/)
    const publicOnly = createEgress({ allow: [], loopback: [stranger.origin] })
    expect(await outcome(publicOnly.fetch(stranger.origin))).toMatch(/^egress_failed/)
    const misnamed = await https((_, answer) => answer.end(), authority.issue('other.example'))
    const { egress, origin } = toward(misnamed)
    expect(await outcome(egress.fetch(origin))).toMatch(/egress_failed: .*ERR_TLS_CERT_ALTNAME_INVALID/)
    expect(server.received() + misnamed.received()).toBeLessThan(10_000) // hellos and alerts only
  })

  test('nothing in the options can weaken it', () => {
    for (const name of ['rejectUnauthorized', 'minVersion', 'connect', 'dispatcher', 'proxy', 'maxRedirections']) {
      expect(() => createEgress({ allow: [], [name]: false })).toThrow(`there is no option ${name}`)
    }
  })
})

describe('addresses', () => {
  /** Every spelling of this machine that a URL can carry. */
  const spellings = (port: number): readonly string[] =>
    [
      '127.0.0.1',
      '0x7f.1',
      '0x7f000001',
      '2130706433',
      '017700000001',
      '0177.0.0.1',
      '127.1',
      '127.0.0.1.',
      '%31%32%37.0.0.1',
      '0',
      '0.0.0.0',
      '[::1]',
      '[::]',
      '[0:0:0:0:0:0:0:1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[::127.0.0.1]',
      '[64:ff9b::127.0.0.1]',
      '[2002:7f00:1::]',
      'localhost',
      'LOCALHOST',
      'localhost.',
      'foo.localhost',
    ].map((host) => `https://${host}:${port}/latest/meta-data`)

  /** Names of this machine that not every resolver knows resolve as `localhost` does. */
  const lookup: NonNullable<EgressOptions['lookup']> = (_, options, done) => systemLookup('localhost', options, done)

  const publicOnly = (address: string): string | undefined => complaint('public', address)

  /** How many connections reach a listener on every address of this machine. */
  async function reached(get: (url: string) => Promise<unknown>, port: Listening): Promise<number> {
    await Promise.all(spellings(port.port).map(get))
    return port.connections()
  }

  verifies('TS-03/connect', 'no spelling of an internal address opens a connection', async () => {
    const target = await tcp((socket) => socket.destroy(), 'every')
    const everywhere = open({ allow: spellings(target.port).flatMap((url) => publicOnes(new URL(url).host)), lookup })
    expect(await reached((url) => outcome(everywhere.fetch(url)), target)).toBe(0)
    // Literals never get past the allowlist above; here they do, to the very port that listens.
    const agent = new Agent({
      connect: guardedConnector({ complaint: publicOnly, lookup, ca: undefined, timeoutMs: 300 }),
    })
    expect(await reached((url) => request(url, { dispatcher: agent }).catch(() => undefined), target)).toBe(0)
    await agent.destroy()
    const internet = open({ allow: 'public', lookup })
    for (const url of spellings(443)) {
      expect(await outcome(internet.fetch(url)), url).toMatch(/^egress_denied: .* its address is not public/)
    }
  })

  violates(
    'TS-03/connect',
    'a check of the host against a list of private ranges lets connections through',
    async () => {
      const target = await tcp((socket) => socket.destroy(), 'every')
      const dispatcher = new Agent({ connect: { timeout: 300 } })
      const naive = async (url: string): Promise<unknown> =>
        /^https:\/\/(?:127|10|192\.168)\./.test(url) ? 'refused' : request(url, { dispatcher }).catch(() => undefined)
      expect(await reached(naive, target)).toBeGreaterThan(0)
      await dispatcher.destroy()
    },
  )

  /** Hosts that the allowlist takes: it refuses private literals by itself. */
  function publicOnes(host: string): readonly string[] {
    try {
      createEgress({ allow: [host] })
      return [host]
    } catch {
      return []
    }
  }

  test.each([
    ['10.0.0.1', /not public \(Private-Use, RFC 1918\)/],
    ['169.254.169.254', /not public \(Link Local, RFC 3927\)/],
    ['fd00:ec2::254', /not public \(Unique-Local, RFC 4193\)/],
    ['fe80::1%eth0', /not public/],
  ])('a name that resolves to %s is refused, and the message says why', async (address, why) => {
    const lookup: EgressOptions['lookup'] = (_, __, done) =>
      done(null, [{ address, family: address.includes(':') ? 6 : 4 }])
    const answer = await outcome(open({ allow: ['api.example.com'], lookup }).fetch('https://api.example.com/'))
    expect(answer).toMatch(/^egress_denied/)
    expect(answer).toMatch(why)
  })

  test('one bad address spoils the answer, wherever it stands', async () => {
    const target = await tcp((socket) => socket.destroy())
    for (const addresses of [
      ['9.9.9.9', '127.0.0.1'],
      ['127.0.0.1', '9.9.9.9'],
    ]) {
      const lookup: EgressOptions['lookup'] = (_, __, done) =>
        done(
          null,
          addresses.map((address) => ({ address, family: 4 })),
        )
      const allow = [`api.example.com:${target.port}`]
      const answer = await outcome(open({ allow, lookup }).fetch(`https://${allow[0]}/`))
      expect(answer).toMatch(/^egress_denied/)
    }
    expect(target.connections()).toBe(0)
  })

  test('a name is resolved once per connection: the address that was checked is the one that is dialled', async () => {
    const server = await https((_, answer) => answer.end())
    let asked = 0
    const lookup: EgressOptions['lookup'] = (name, options, done) => {
      asked++
      systemLookup(name, options, done)
    }
    const origin = `https://localhost:${server.port}`
    expect(await outcome(open({ loopback: [origin], lookup }).fetch(origin))).toBe('200')
    expect(asked).toBe(1)
  })

  test('a loopback name that resolves elsewhere is refused', async () => {
    const lookup: EgressOptions['lookup'] = (_, __, done) => done(null, [{ address: '9.9.9.9', family: 4 }])
    const answer = await outcome(open({ loopback: ['http://localhost:7101'], lookup }).fetch('http://localhost:7101/'))
    expect(answer).toMatch(/^egress_denied: .* not loopback/)
  })

  test('a name that does not resolve', async () => {
    const absent: EgressOptions['lookup'] = (_, __, done) => done(Object.assign(new Error(), { code: 'ENOTFOUND' }), [])
    const answer = await outcome(open({ allow: ['a.example'], lookup: absent }).fetch('https://a.example/'))
    expect(answer).toMatch(/^egress_failed: .*does not resolve \(ENOTFOUND\)/)
    const empty: EgressOptions['lookup'] = (_, __, done) => done(null, [])
    expect(await outcome(open({ allow: ['a.example'], lookup: empty }).fetch('https://a.example/'))).toMatch(
      /^egress_failed/,
    )
  })
})

describe('destinations', () => {
  const PROBES = [
    'https://evil.example/',
    'https://api.example.com.evil.example/',
    'https://evil-api.example.com/',
    'https://sub.api.example.com/',
    'https://api.example.com:8443/',
    'https://api.example.com./',
    'https://api.example.com@evil.example/',
    'https://evil.example/?https://api.example.com/',
    'https://evil.example#api.example.com',
    'http://api.example.com/',
    'https://api.example.comm/',
    'https://xn--api-example-com.evil.example/',
  ]

  /** The probes that a rule admits. */
  function admitted(admits: (url: string) => boolean): readonly string[] {
    return PROBES.filter(admits)
  }

  verifies('TS-03/allowlist', 'a host that is not allowed is refused', async () => {
    const egress = open({ allow: ['api.example.com'], lookup: (_, __, done) => done(null, []) })
    const answers = await Promise.all(PROBES.map(async (url) => [url, await outcome(egress.fetch(url))] as const))
    const passed = new Set(answers.filter(([, answer]) => !answer.startsWith('egress_denied')).map(([url]) => url))
    expect(admitted((url) => passed.has(url))).toEqual([])
    expect(await outcome(egress.fetch('https://api.example.com/'))).toMatch(/does not resolve/)
  })

  violates('TS-03/allowlist', 'prefix, suffix and substring rules admit other hosts', () => {
    expect(admitted((url) => url.startsWith('https://api.example.com'))).not.toEqual([])
    expect(admitted((url) => new URL(url).hostname.endsWith('api.example.com'))).not.toEqual([])
    expect(admitted((url) => url.includes('api.example.com'))).not.toEqual([])
  })

  test('nothing allowed: nothing leaves', async () => {
    expect(await outcome(createEgress({ allow: [] }).fetch('https://example.com/'))).toMatch(
      /^egress_denied: .* allowlist/,
    )
  })

  test('public hosts on port 443 only', async () => {
    expect(await outcome(open({ allow: 'public' }).fetch('https://example.com:22/'))).toMatch(/^egress_denied: .* 443/)
  })

  test('plain http reaches the named loopback destination, and no other', async () => {
    const server = await http((_, answer) => answer.end('tunnel'))
    const other = await http((_, answer) => answer.end())
    const egress = open({ allow: 'public', loopback: [`http://127.0.0.1:${server.port}`] })
    expect((await egress.fetch(`http://127.0.0.1:${server.port}/v1/orders`)).text()).toBe('tunnel')
    for (const url of [
      `http://127.0.0.1:${other.port}/`,
      `http://localhost:${server.port}/`,
      `http://127.0.0.2:${server.port}/`,
      'http://example.com/',
      'ws://127.0.0.1/',
      'file:///etc/passwd',
      'data:text/plain,x',
    ]) {
      expect(await outcome(egress.fetch(url)), url).toMatch(/^egress_denied/)
    }
    expect(other.connections()).toBe(0)
  })

  test.each<[string, Partial<EgressOptions>]>([
    ['a wildcard', { allow: ['*.example.com'] }],
    ['a URL', { allow: ['https://example.com'] }],
    ['a path', { allow: ['example.com/v1'] }],
    ['userinfo', { allow: ['user@example.com'] }],
    ['upper case', { allow: ['Example.com'] }],
    ['the default port', { allow: ['example.com:443'] }],
    ['a name beyond ASCII', { allow: ['b\u00fccher.example'] }],
    ['a private literal', { allow: ['10.0.0.1'] }],
    ['a short literal', { allow: ['127.1'] }],
    ['nothing', { allow: [''] }],
    ['no list', { allow: 'example.com' as 'public' }],
    ['loopback without a scheme', { loopback: ['127.0.0.1:7101'] }],
    ['loopback that is not', { loopback: ['http://10.0.0.1:7101'] }],
    ['loopback by some name', { loopback: ['http://venue.example:7101'] }],
    ['loopback with a path', { loopback: ['http://127.0.0.1:7101/v1'] }],
    ['loopback misspelt', { loopback: ['http://0x7f.1:7101'] }],
    ['a key for an authority', { ca: PRIVATE_KEY }],
    ['no authority', { ca: [] }],
    ['no bytes', { maxBytes: 0 }],
    ['endless', { deadlineMs: Infinity }],
    ['a fraction', { maxConcurrent: 1.5 }],
    ['a media type with parameters', { contentTypes: ['text/html; charset=utf-8'] }],
    ['a resolver that is none', { lookup: 'system' as unknown as NonNullable<EgressOptions['lookup']> }],
  ])('an option that says %s is refused', (_, options) => {
    expect(() => createEgress({ allow: [], ...options })).toThrow(expect.objectContaining({ code: 'option_invalid' }))
  })
})

describe('redirects', () => {
  test.each([301, 302, 303, 307, 308])('a %i is an answer: nothing follows it', async (status) => {
    const plain = await http((_, answer) => answer.end())
    const inner = await https((_, answer) => answer.end())
    for (const location of [
      `http://127.0.0.1:${plain.port}/`,
      `https://127.0.0.1:${inner.port}/`,
      'https://169.254.169.254/',
    ]) {
      const server = await https((_, answer) => answer.writeHead(status, { location }).end())
      const { egress, origin } = toward(server)
      const answer = await egress.fetch(origin, { headers: { 'x-api-key': 'secret', authorization: 'Bearer secret' } })
      expect(answer.status).toBe(status)
      expect(answer.headers.get('location')).toBe(location)
      expect(server.connections()).toBe(1)
    }
    expect(plain.connections() + inner.connections()).toBe(0)
  })
})

describe('connections', () => {
  test('are kept for hosts on the list, and for none that others choose', async () => {
    for (const [allow, most] of [
      [[], 1],
      ['public', 4],
    ] as const) {
      const server = await https((_, answer) => answer.end())
      const { egress, origin } = toward(server, { allow })
      for (let i = 0; i < 4; i++) {
        expect(await outcome(egress.fetch(origin))).toBe('200')
        await sleep(20)
      }
      expect(server.connections()).toBe(most)
    }
  })
})

describe('close', () => {
  test('ends what is under way, then refuses', async () => {
    const server = await https((_, answer) => void setTimeout(() => answer.end('late'), 50))
    const { egress, origin } = toward(server)
    const last = egress.fetch(origin)
    await Promise.all([egress.close(), egress.close()])
    expect((await last).text()).toBe('late')
    expect(await outcome(egress.fetch(origin))).toMatch(/^egress_denied: .*closed/)
  })

  test('does not wait for a connection that nobody waits for', async () => {
    const hanging = await tcp(() => {})
    const { egress, origin } = toward(hanging)
    expect(await outcome(egress.fetch(origin, { signal: AbortSignal.timeout(20) }))).toMatch(/gave up/)
    const started = performance.now()
    await egress.close()
    expect(performance.now() - started).toBeLessThan(4_000)
  })
})
