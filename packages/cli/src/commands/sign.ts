import { signRequest } from '@ringfence/hmac-auth/client'
import { chooseKey } from '../choose-key.ts'
import type { Command } from '../command.ts'
import { BODY, ENV_FILE, KEY, OUTPUT, wantsJson } from '../common-options.ts'
import { tradingConfig } from '../operator-config.ts'
import { readBody } from '../read-body.ts'
import { checkedMethod, checkedUrl } from '../trading-request.ts'
import { TRADING_TAG } from '../trading-tag.ts'

/** `ringfence sign`: prints the header lines of a signed request, for another client to send. */
export const sign: Command = {
  name: 'sign',
  summary: 'Print the header lines that sign a request, for another client to send.',
  operands: ['METHOD', 'URL'],
  options: {
    json: BODY,
    key: KEY,
    session: { type: 'string', value: 'ID', help: 'a session to sign the request for' },
    'env-file': ENV_FILE,
    output: OUTPUT,
  },
  details: [
    'The lines are good for one request within 5 seconds. The body must be sent byte for byte as it was signed.',
    '--output json prints the headers as one JSON object.',
  ],
  examples: [
    'ringfence sign GET http://127.0.0.1:7101/v1/account | curl -sH @- http://127.0.0.1:7101/v1/account',
    'ringfence sign POST http://127.0.0.1:7101/v1/sessions --key trade',
  ],
  async run(args, io) {
    const method = checkedMethod(args.operand('METHOD'))
    const url = checkedUrl(args.operand('URL'))
    const json = wantsJson(args)
    const body = await readBody(args, io)
    const config = tradingConfig(args.text('env-file') ?? '.env')
    const key = chooseKey(config.TRADING_API_KEYS, args.text('key'), { method, path: new URL(url).pathname })
    const sessionId = args.text('session')
    const headers = signRequest({
      method,
      url,
      keyId: key.id,
      secret: key.secret,
      tag: TRADING_TAG,
      ...(body === undefined ? {} : { body }),
      ...(sessionId === undefined ? {} : { sessionId }),
    })
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    io.out(json ? JSON.stringify(headers) : lines.join('\n'))
    return 0
  },
}
