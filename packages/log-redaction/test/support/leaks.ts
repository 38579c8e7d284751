/**
 * Which spellings of a secret a text contains: as it is, both base64 alphabets at all three alignments, hexadecimal in
 * both cases, percent-encoded and escaped for JSON. Written apart from any code under test.
 */
export function leaks(text: string, secret: string): string[] {
  const bytes = Buffer.from(secret)
  const forms: [string, string][] = [
    ['plain', secret],
    ['json', JSON.stringify(secret).slice(1, -1)],
    ['url', encodeURIComponent(secret)],
    ['hex', bytes.toString('hex')],
    ['HEX', bytes.toString('hex').toUpperCase()],
  ]
  for (const shift of [0, 1, 2]) {
    const inner = bytes.subarray(shift, bytes.length - ((bytes.length - shift) % 3))
    forms.push([`base64+${shift}`, inner.toString('base64')], [`base64url+${shift}`, inner.toString('base64url')])
  }
  return forms.filter(([, form]) => text.includes(form)).map(([name]) => name)
}
