/**
 * Every spelling in which a secret is likely to turn up: as it is, escaped for JSON once, percent-encoded, in
 * hexadecimal and in both base64 alphabets.
 *
 * Base64 works on groups of three bytes, so the same secret after `user:` looks different. Each of the three alignments
 * is listed without the characters at its ends that depend on the neighbours.
 */
export function secretForms(bytes: Buffer): readonly string[] {
  const text = bytes.toString('utf8')
  const isText = Buffer.from(text, 'utf8').equals(bytes)
  const hex = bytes.toString('hex')
  const forms = [hex, hex.toUpperCase(), ...[0, 1, 2].flatMap((offset) => base64Forms(bytes, offset))]
  if (isText) forms.push(text, ...escapedForms(text))
  return [...new Set(forms)].filter((form) => form.length >= MIN_FORM)
}

function base64Forms(bytes: Buffer, offset: number): string[] {
  const padded = Buffer.concat([Buffer.alloc(offset), bytes])
  const first = Math.ceil((offset * 8) / 6)
  const end = Math.floor((padded.length * 8) / 6)
  return (['base64', 'base64url'] as const).map((alphabet) => padded.toString(alphabet).slice(first, end))
}

function escapedForms(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1)
  const percent = encodeURIComponent(text)
  const lower = percent.replace(/%../g, (escape) => escape.toLowerCase())
  const isHex = /^[0-9a-f]+$/i.test(text)
  return [
    json,
    json.replaceAll('/', '\\/'),
    percent,
    lower,
    percent.replaceAll('%20', '+'),
    ...(isHex ? [text.toLowerCase(), text.toUpperCase()] : []),
  ]
}

/** Shorter texts occur by chance. */
const MIN_FORM = 8
