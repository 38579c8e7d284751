/**
 * True for text that was written by a person instead of a random generator: sample words, one character or block
 * repeated, runs of the alphabet, or less than 40 bits of variety. A random secret of 16 characters or more passes
 * except about once in a million.
 */
export function isPlaceholder(text: string): boolean {
  if (SAMPLE_WORDS.test(text) || RUNS.some((run) => text.toLowerCase().includes(run))) return true
  // A text is a block repeated exactly when it occurs in its own double anywhere but at the ends.
  const period = (text + text).indexOf(text, 1)
  return period < text.length || variety(text) < MIN_BITS
}

/** Shannon entropy of the characters, in bits for the whole text: an upper bound on what they can be worth. */
function variety(text: string): number {
  const counts = new Map<string, number>()
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= count * Math.log2(count / text.length)
  return bits
}

const SAMPLE_WORDS =
  /change[-_ ]?(?:me|this)|replace[-_ ]?(?:me|this|with)|placeholder|example|dummy|sample|your[-_ ]|insert[-_ ]|password|passw0rd|hunter2|deadbeef|^secret|^test/i

const RUNS = ['01234567', '12345678', '23456789', '87654321', '98765432', 'abcdefgh', 'qwertyui']

const MIN_BITS = 40
