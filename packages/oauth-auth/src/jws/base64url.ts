/**
 * Decodes base64url strictly (RFC 7515 section 2): undefined unless the text is the one canonical spelling of its bytes.
 * Node's decoder skips illegal characters and padding, so without the round trip one token would have many spellings.
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}
