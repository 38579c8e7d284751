/** What tests generate or plant, by its form: none of it may reach an output. */
const SECRETS: Readonly<Record<string, RegExp>> = {
  'the secret of an API key': /\brfs_[0-9A-Za-z]{49}\b/,
  'a signed token': /(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}/,
  'a private key': /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/,
  'the key of a database or of the trail': /\b(?:TRADING_DB_KEY|TRAIL_KEY|LOG_FINGERPRINT_KEY)\W{1,4}[\w-]{40,}/,
  'a detail that a test planted': /\bplanted-(?:detail|text|argument|internal|in-answer)\b/,
}

/** Names the kinds of secrets that a text holds; never the secrets. */
export function leaks(text: string): string[] {
  return Object.keys(SECRETS).filter((kind) => SECRETS[kind]!.test(text))
}
