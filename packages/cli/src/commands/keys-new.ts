import { generateApiKey } from '@ringfence/hmac-auth'
import { type Command, UsageError } from '../command.ts'
import { OUTPUT, wantsJson } from '../common-options.ts'

/** `ringfence keys new`: makes a key record with a fresh secret. */
export const keysNew: Command = {
  name: 'keys new',
  summary: 'Make an API key of the trading API. Its secret is shown once.',
  operands: [],
  options: {
    scope: { type: 'string', value: 'read|trade', required: true, help: 'what it may do; a trade key cannot read' },
    label: { type: 'string', value: 'TEXT', help: 'whose or what it is' },
    allow: { type: 'string', value: 'CIDR', multiple: true, help: 'where it may be used from (default: loopback)' },
    entry: { type: 'string', value: 'ADDRESS:PORT', multiple: true, help: 'the tunnel entry it may come in through' },
    'not-before': { type: 'string', value: 'TIME', help: 'works from this ISO 8601 time' },
    'not-after': { type: 'string', value: 'TIME', help: 'works until this ISO 8601 time' },
    json: { type: 'boolean', help: 'the record alone, as JSON; the same as --output json' },
    output: OUTPUT,
  },
  details: [
    'The record goes into the JSON list in TRADING_API_KEYS, or into the file that TRADING_API_KEYS_FILE names.',
    'Nothing is stored by this command: without the output, the key is gone.',
  ],
  examples: [
    'ringfence keys new --scope trade --label desk --allow 10.8.0.0/24',
    'ringfence keys new --scope read --json > key.json',
  ],
  async run(args, io) {
    const scope = args.text('scope')
    if (scope !== 'read' && scope !== 'trade') throw new UsageError('--scope is read or trade')
    const [label, notBefore, notAfter] = [args.text('label'), args.text('not-before'), args.text('not-after')]
    const entry = args.texts('entry')
    const key = generateApiKey({
      ...(label === undefined ? {} : { label }),
      scope,
      allow: args.texts('allow').length > 0 ? args.texts('allow') : LOOPBACK,
      ...(entry.length === 0 ? {} : { entry }),
      ...(notBefore === undefined ? {} : { notBefore }),
      ...(notAfter === undefined ? {} : { notAfter }),
    })
    if (!(args.flag('json') || wantsJson(args))) {
      io.err(`A new ${scope} key. This is the only time that its secret is shown; add the record to TRADING_API_KEYS.`)
    }
    io.out(JSON.stringify(key))
    return 0
  },
}

const LOOPBACK = ['127.0.0.1/32', '::1/128']
