/**
 * What the name of a field says about its value: `secret` values are never printed, `count` is the plural of a secret
 * word, whose numbers are harmless (`tokens: 5`), `address` values become fingerprints.
 */
export type KeyKind = 'plain' | 'secret' | 'count' | 'address'

/**
 * Classifies a field's name at any depth and in any spelling: `apiKey`, `API_KEY`, `x-api-key` and `apikey` are the same.
 *
 * Whole words count, so `monkey`, `author` and `tokenizer` are plain. A secret word anywhere in the name makes it
 * secret, unless the name's last word says that the value only describes the secret: `tokenType`, `passwordPolicy`.
 */
export function keyKind(name: string): KeyKind {
  const words = splitWords(name)
  const joined = words.join('')
  if (ADDRESSES.has(joined)) return 'address'
  if (WHOLE.has(joined)) return 'secret'
  const last = words.at(-1) ?? ''
  if (words.length > 1 && DESCRIPTIONS.has(last)) return 'plain'
  if (words.some((word, i) => isSecretWord(word) || isSecretWord(`${words[i - 1] ?? ''} ${word}`))) return 'secret'
  return words.some((word, i) => isPlural(word) || isPlural(`${words[i - 1] ?? ''} ${word}`)) ? 'count' : 'plain'
}

/** `XApiKey`, `x-api-key`, `X_API_KEY2` → x, api, key. Very long names keep their ends, where the meaning is. */
function splitWords(name: string): string[] {
  const short = name.length <= 128 ? name : name.slice(0, 64) + name.slice(-64)
  return short
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '')
}

function isSecretWord(word: string): boolean {
  return WORDS.has(word) || RUN_TOGETHER.test(word)
}

function isPlural(word: string): boolean {
  return word.endsWith('s') && isSecretWord(word.slice(0, -1))
}

const WORDS = new Set([
  'password',
  'passwd',
  'passphrase',
  'pwd',
  'pass',
  'secret',
  'token',
  'jwt',
  'authorization',
  'cookie',
  'signature',
  'credential',
  'mnemonic',
  'otp',
  'cvv',
  'cvc',
  'pin',
  'api key',
  'access key',
  'private key',
  'secret key',
  'signing key',
  'encryption key',
  'master key',
  'mac key',
  'hmac key',
  'db key',
  'database key',
  'fingerprint key',
  'trail key',
  'seed phrase',
])

/** Written as one word, such as `accesstoken` and `dbpassword`. No English word ends this way. */
const RUN_TOGETHER =
  /^[a-z]+(?:password|passwd|passphrase|secret|token|cookie|credential|apikey|privatekey|secretkey)$|^(?:x?apikey|privatekey|secretkey|accesskey)$/

/** Names whose meaning is not in a word. */
const WHOLE = new Set(['rawheaders', 'rawtrailers', 'setcookie', 'sessionid', 'xsessionid', 'auth', 'bearer', 'sid'])

/** Last words that make the value a description of the secret instead of the secret. */
const DESCRIPTIONS = new Set(
  (
    'type kind name id ids count total limit max min length size bits bytes policy rule rules url uri endpoint expiry ' +
    'expires ttl age at after before algorithm alg version status state valid present required enabled issued fingerprint ' +
    'bucket usage used path file format scope scopes audience issuer input params location field header'
  ).split(' '),
)

const ADDRESSES = new Set(
  (
    'ip ips address ipaddress ipaddr addr clientip clientaddress clientaddr remoteip remoteaddress remoteaddr peerip ' +
    'peeraddress peeraddr sourceip sourceaddress callerip useripaddress userip forwarded forwardedfor xforwardedfor ' +
    'xrealip realip cfconnectingip trueclientip xclientip'
  ).split(' '),
)
