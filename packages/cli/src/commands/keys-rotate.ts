import { type ApiKeyRecord, generateApiKey, keyRing } from '@ringfence/hmac-auth'
import { duration } from '@ringfence/secret-config'
import { type Command, Failure, UsageError } from '../command.ts'
import { OUTPUT, wantsJson } from '../common-options.ts'
import { replaceFile } from '../replace-file.ts'

/** `ringfence keys rotate`: gives a key in a file a new secret, and the old one a deadline. */
export const keysRotate: Command = {
  name: 'keys rotate',
  summary: 'Give a key a new secret; the old one works on until a deadline.',
  operands: [],
  options: {
    file: { type: 'string', value: 'PATH', required: true, help: 'the file that TRADING_API_KEYS_FILE names' },
    key: { type: 'string', value: 'ID', required: true, help: 'the id or label of the key' },
    overlap: { type: 'string', value: 'TIME', help: 'for how long both secrets work, such as 30m or 7d (default 1d)' },
    leaked: { type: 'boolean', help: 'no overlap: the old secret dies with the reload' },
    json: { type: 'boolean', help: 'id and new secret alone, as JSON; the same as --output json' },
    output: OUTPUT,
  },
  details: [
    'The file is replaced as a whole or not at all, with the mode and the owner it has. The app takes it on SIGHUP.',
    'A key has two secrets at most: while an earlier rotation is under way, only --leaked begins another.',
  ],
  examples: [
    'ringfence keys rotate --file keys.json --key desk --overlap 7d && systemctl kill --signal HUP trading',
    'ringfence keys rotate --file keys.json --key rfk_... --leaked',
  ],
  async run(args, io) {
    const overlap = duration({ maxMs: 90 * DAY_MS }).safeParse(args.text('overlap') ?? '1d')
    if (!overlap.success) throw new UsageError('--overlap is a time such as 30m, 24h or 7d, at most 90d')
    const leaked = args.flag('leaked')
    if (leaked && args.text('overlap') !== undefined) throw new UsageError('--leaked leaves no overlap')
    const wanted = args.text('key')
    const { secret } = generateApiKey({ scope: 'read', allow: ['127.0.0.1'] })
    const id = replaceFile(args.text('file')!, (text) => {
      const records = keyRecords(text)
      const [old, another] = keysNamed(records, wanted)
      if (old === undefined) throw new Failure('the file has no key with that id or label')
      if (another !== undefined) throw new Failure('several keys have that label: name one by its id')
      const now = Date.now()
      if (!leaked && now < Date.parse(old.previous?.notAfter ?? '')) {
        throw new Failure(`the last rotation of this key is under way until ${old.previous!.notAfter}`)
      }
      const { previous: _past, ...rest } = old
      const previous = { secret: old.secret, notAfter: new Date(now + overlap.data).toISOString() }
      const record: ApiKeyRecord = leaked ? { ...rest, secret } : { ...rest, secret, previous }
      const all = records.map((one) => (one === old ? record : one))
      keyRing(all) // what a server would refuse is not written
      return [`${JSON.stringify(all, undefined, 2)}\n`, old.id]
    })
    if (!(args.flag('json') || wantsJson(args))) {
      io.err('A new secret, shown only now. Give it to the users of the key, and reload the app with SIGHUP.')
    }
    io.out(JSON.stringify({ id, secret }))
    return 0
  },
}

/** The one with this id, else all with this label. */
function keysNamed(records: readonly ApiKeyRecord[], wanted: string | undefined): readonly ApiKeyRecord[] {
  const byId = records.filter(({ id }) => id === wanted)
  return byId.length > 0 ? byId : records.filter(({ label }) => label !== undefined && label === wanted)
}

/** @throws Failure, RingfenceError `key_invalid` */
function keyRecords(text: string): readonly ApiKeyRecord[] {
  let records: unknown
  try {
    records = JSON.parse(text)
  } catch {
    throw new Failure('the file is not JSON')
  }
  keyRing(records as readonly ApiKeyRecord[])
  return records as readonly ApiKeyRecord[]
}

const DAY_MS = 86_400_000
