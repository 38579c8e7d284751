import { type Command, Failure, UsageError } from '../command.ts'
import { ENV_FILE, OUTPUT, wantsJson } from '../common-options.ts'
import { oauthConfig } from '../operator-config.ts'
import { bodyValue, formatAnswer, receive } from '../send.ts'
import { checkedUrl } from '../trading-request.ts'

/** `ringfence token`: a token of the development OAuth server, by client credentials (RFC 6749 section 4.4). */
export const token: Command = {
  name: 'token',
  summary: 'Get an access token from the development OAuth server.',
  operands: [],
  options: {
    scope: {
      type: 'string',
      value: 'SCOPES',
      required: true,
      help: 'separated by spaces, such as "tools:info tools:fetch"',
    },
    resource: { type: 'string', value: 'URL', help: 'the audience (default: TOOLS_RESOURCE)' },
    json: { type: 'boolean', help: 'the whole answer; the same as --output json' },
    'env-file': ENV_FILE,
    output: OUTPUT,
  },
  details: ['The server is TOOLS_OAUTH_ISSUER, which must be on this machine: production tokens come from elsewhere.'],
  examples: ['ringfence token --scope tools:info', 'ringfence token --scope "tools:info tools:fetch" --json'],
  async run(args, io) {
    const json = args.flag('json') || wantsJson(args)
    const config = oauthConfig(args.text('env-file') ?? '.env')
    const issuer = checkedUrl(config.TOOLS_OAUTH_ISSUER)
    if (!issuer.startsWith('http:'))
      throw new UsageError('TOOLS_OAUTH_ISSUER is not the development server: http: on loopback')
    const form = {
      grant_type: 'client_credentials',
      scope: args.text('scope')!,
      resource: args.text('resource') ?? config.TOOLS_RESOURCE,
    }
    const answer = await receive(issuer, (signal) =>
      fetch(new URL('/token', issuer), {
        method: 'POST',
        headers: { authorization: config.DEV_OAUTH_CLIENT_SECRET.use(basic) },
        body: new URLSearchParams(form),
        redirect: 'error',
        signal,
      }),
    )
    const granted = bodyValue(answer.body)
    if (answer.status !== 200 || typeof granted !== 'object' || granted === null || !('access_token' in granted)) {
      throw new Failure(`no token was granted:\n${formatAnswer(answer)}`)
    }
    const refused = notGranted(args.text('scope')!, granted)
    if (refused.length > 0) throw new Failure(`the server knows no scope ${refused.join(', ')}`)
    io.out(json ? JSON.stringify(granted) : String(granted.access_token))
    return 0
  },
}

/** The server leaves out what it does not know (RFC 6749 section 3.3), and the member when nothing is left. */
function notGranted(wanted: string, granted: object): string[] {
  const scopes = 'scope' in granted && typeof granted.scope === 'string' ? granted.scope.split(' ') : []
  return wanted.split(' ').filter((scope) => scope !== '' && !scopes.includes(scope))
}

function basic(secret: string): string {
  return `Basic ${Buffer.from(`${DEVELOPMENT_CLIENT}:${secret}`).toString('base64')}`
}

/** The one client that the development server knows. */
const DEVELOPMENT_CLIENT = 'ringfence-dev'
