/** Every way that some parser of the field reads as `a.b.c.d`: strict parsing refuses all but the first. */
export function otherSpellings(a: number, b: number, c: number, d: number): readonly string[] {
  const octets = [a, b, c, d]
  const value = ((a * 256 + b) * 256 + c) * 256 + d
  const hex = (n: number): string => `0x${n.toString(16)}`
  const octal = (n: number): string => `0${n.toString(8)}`
  const dotted = octets.join('.')
  return [
    String(value), // decimal
    hex(value),
    octal(value),
    octets.map(hex).join('.'), // dotted hex
    octets.map((n) => hex(n).toUpperCase()).join('.'),
    octets.map((n) => octal(n)).join('.'), // dotted octal
    octets.map((n) => `0${n}`).join('.'), // leading zeros
    octets.map((n) => String(n).padStart(4, '0')).join('.'),
    `${hex(a)}.${b}.${c}.${d}`, // mixed
    `${a}.${b}.${c * 256 + d}`, // three parts
    `${a}.${(b * 256 + c) * 256 + d}`, // two parts
    `${dotted}.`, // trailing dot
    `.${dotted}`,
    `${dotted}.0`,
    `${a}..${c}.${d}`,
    dotted.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))), // full width
    dotted.replaceAll(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit))), // Arabic-Indic
    dotted.replaceAll('.', '\u3002'), // ideographic full stop
    dotted.replaceAll('.', '%2e'),
    `${dotted}:80`,
    `[${dotted}]`,
    `${dotted}%eth0`,
    `${dotted}/32`,
    ` ${dotted}`,
    `${dotted} `,
    `${dotted}\n`,
    `${dotted}\u0000`,
    `+${dotted}`,
    `${a}.-${b}.${c}.${d}`,
    `${a}.${b}.${c}.${d}e0`,
    `user@${dotted}`,
    `http://${dotted}/`,
  ]
}

/** IPv6 spellings of the same IPv4 address that are unambiguous, so they become IPv4. */
export function mappedSpellings(a: number, b: number, c: number, d: number): readonly string[] {
  const dotted = `${a}.${b}.${c}.${d}`
  const high = (a * 256 + b).toString(16)
  const low = (c * 256 + d).toString(16)
  return [
    dotted,
    `::ffff:${dotted}`,
    `::FFFF:${dotted}`,
    `0:0:0:0:0:ffff:${dotted}`,
    `0000:0000:0000:0000:0000:ffff:${dotted}`,
    `::ffff:${high}:${low}`,
    `::FFFF:${high.toUpperCase()}:${low.toUpperCase()}`,
    `0::0:ffff:${high}:${low}`,
    `::0:ffff:${high}:${low}`,
  ]
}

/** IPv6 addresses that carry `a.b.c.d` by some standard without being it. */
export function carriers(a: number, b: number, c: number, d: number): Readonly<Record<string, string>> {
  const high = (a * 256 + b).toString(16)
  const low = (c * 256 + d).toString(16)
  const inverted = [a, b, c, d].map((n) => 255 - n)
  const clientHigh = (inverted[0]! * 256 + inverted[1]!).toString(16)
  const clientLow = (inverted[2]! * 256 + inverted[3]!).toString(16)
  return {
    compatible: `::${high}:${low}`,
    nat64: `64:ff9b::${high}:${low}`,
    localNat64: `64:ff9b:1::${high}:${low}`,
    translated: `::ffff:0:${high}:${low}`,
    '6to4': `2002:${high}:${low}::1`,
    teredoClient: `2001:0:905:905:0:0:${clientHigh}:${clientLow}`,
    teredoServer: `2001:0:${high}:${low}:0:0:f6fa:f6fa`,
  }
}
