import type { Kind, Manipulation } from './case.ts'
import { GOOD_ORDER } from './good-order.ts'

/** One field with a value that the schema refuses, by the same rule on both sides. */
function field(
  kind: Kind,
  name: string,
  rule: Manipulation['gate'],
  values: Readonly<Record<string, unknown>>,
): Manipulation[] {
  return Object.entries(values).map(([what, value]) => ({
    id: `${name}: ${what}`,
    kind,
    body: { [name]: value },
    boundary: ['body_invalid', rule],
    gate: rule,
  }))
}

/** A text that the JSON gate refuses, and of which a careless reader would make a good order. */
function text(kind: Kind, id: string, body: string, rule: string, read: unknown = GOOD_ORDER): Manipulation {
  return { id, kind, body, read, boundary: ['body_malformed', rule], gate: 'not_validated' }
}

const JSON_TEXT = JSON.stringify(GOOD_ORDER)
/** The text of the good order with something put in front of its fields. */
const withField = (more: string): string => JSON_TEXT.replace('{', `{${more},`)

const NUMBERS: readonly Manipulation[] = [
  ...field('numbers', 'quantity', 'format', {
    'an exponent': '1e-2',
    'a capital exponent': '1E2',
    'a plus': '+0.01',
    'a minus': '-0.01',
    'minus zero': '-0',
    'a leading zero': '00.01',
    'a bare point before': '.01',
    'a bare point behind': '1.',
    'two points': '0.0.1',
    'a comma for a point': '0,01',
    'a separator of thousands': '1,000',
    'an underscore': '1_0',
    'a space before': ' 0.01',
    'a newline behind': '0.01\n',
    'a tab': '0.01\t',
    'a NUL': '0.01\0',
    hexadecimal: '0x10',
    octal: '0o17',
    binary: '0b11',
    'a bigint literal': '1n',
    'not a number': 'NaN',
    infinity: 'Infinity',
    nothing: '',
    'a currency': '1 BTC',
    'an expression': '1*2',
    'nine digits behind the point': '0.010000000',
    'digits of another script': '٠٫٠١',
    'full-width digits': '０．０１',
    'superscript digits': '1²',
    'a fraction': '½',
  }),
  ...field('numbers', 'quantity', 'too_long', { 'a hundred digits': '9'.repeat(100) }),
  ...field('numbers', 'quantity', 'too_small', { zero: '0', 'zero with digits': '0.00000000' }),
  ...field('numbers', 'quantity', 'too_big', { 'above every limit': '1000000000.00000001' }),
  ...field('numbers', 'quantity', 'type', {
    'a JSON number': 0.01,
    'an integer': 1,
    true: true,
    null: null,
    'a list of one': ['0.01'],
    'an operator of a query language': { $gt: '0' },
  }),
  ...field('numbers', 'limitPrice', 'format', { negative: '-60000', 'an exponent': '6e4', 'a dollar': '$60000' }),
  ...field('numbers', 'limitPrice', 'too_small', { free: '0' }),
  ...field('numbers', 'limitPrice', 'type', { 'null to make it a market order': null, 'a JSON number': 60_000 }),
  {
    id: 'quantity: a number that a double cannot hold',
    kind: 'numbers',
    body: JSON_TEXT.replace('"0.01"', '9007199254740993'),
    boundary: ['body_malformed', 'number_inexact'],
    gate: 'type',
  },
  {
    id: 'quantity: a number that overflows',
    kind: 'numbers',
    body: JSON_TEXT.replace('"0.01"', '1e400'),
    boundary: ['body_malformed', 'number_inexact'],
    gate: 'type',
  },
]

const UNICODE: readonly Manipulation[] = [
  ...field('unicode', 'symbol', 'format', {
    'lower case': 'btc-eur',
    'a space behind': 'BTC-EUR ',
    'a zero-width space': 'BTC\u200b-EUR',
    'a Cyrillic letter': '\u0412TC-EUR',
    'a full-width hyphen': 'BTC\uff0dEUR',
    'a non-breaking hyphen': 'BTC\u2011EUR',
    'a soft hyphen': 'BTC\u00ad-EUR',
    'a combining mark': 'BTC\u0301-EUR',
    'a NUL': 'BTC-EUR\0',
    'a byte order mark': '\ufeffBTC-EUR',
    'a pattern': 'BTC-%',
    SQL: `BTC-EUR' OR 1=1`,
    'a path': '../ETH-EUR',
  }),
  ...field('unicode', 'clientOrderId', 'format', {
    'a right-to-left override': 'm\u202e1',
    'an emoji': 'm\u{1f600}',
    'a newline for the log': 'm\n{"event":"order.settled"}',
    'a path': '../../m-1',
    markup: '<script>m</script>',
    'an option': '--all',
  }),
  ...field('unicode', 'side', 'value', {
    capitals: 'BUY',
    'the long s, which is an S in capitals': '\u017fell',
    'a space': 'buy ',
    short: 'b',
  }),
  text('unicode', 'half a surrogate pair', JSON_TEXT.replace('m-1', '\\ud800'), 'string_malformed'),
  text('unicode', 'a byte order mark before the body', `\ufeff${JSON_TEXT}`, 'not_utf8'),
]

const STRUCTURE: readonly Manipulation[] = [
  ...field('structure', 'clientOrderId', 'required', { missing: undefined }),
  ...field('structure', 'symbol', 'required', { missing: undefined }),
  ...field('structure', 'side', 'required', { missing: undefined }),
  ...field('structure', 'quantity', 'required', { missing: undefined }),
  ...field('structure', 'type', 'value', { 'one that does not exist': 'stop', 'of a prototype': '__proto__' }),
  ...field('structure', 'side', 'value', { 'both in a list': ['buy', 'sell'] }),
  ...field('structure', 'symbol', 'type', { 'a list': ['BTC-EUR'], 'an object': { toString: 'BTC-EUR' } }),
  ...field('structure', 'clientOrderId', 'too_long', { 'a thousand letters': 'm'.repeat(1_000) }),
  {
    id: 'an order in a list',
    kind: 'structure',
    body: `[${JSON_TEXT}]`,
    boundary: ['body_invalid', 'type'],
    gate: 'type',
  },
  { id: 'null', kind: 'structure', body: 'null', boundary: ['body_invalid', 'type'], gate: 'type' },
  {
    id: 'an order in a string',
    kind: 'structure',
    body: JSON.stringify(JSON_TEXT),
    boundary: ['body_invalid', 'type'],
    gate: 'type',
  },
  text('structure', 'two documents', `${JSON_TEXT}${JSON_TEXT}`, 'not_json'),
  text('structure', 'a comma too many', JSON_TEXT.replace('}', ',}'), 'not_json'),
  text('structure', 'a comment', JSON_TEXT.replace('{', '{/* small */'), 'not_json'),
  text('structure', 'names without quotes', JSON_TEXT.replaceAll(/"(\w+)":/g, '$1:'), 'not_json'),
  text('structure', 'cut off', JSON_TEXT.slice(0, -1), 'not_json'),
  {
    id: 'nested a thousand deep',
    kind: 'structure',
    body: withField(`"note":${'['.repeat(1_000)}${']'.repeat(1_000)}`),
    boundary: ['body_malformed', 'too_deep'],
    gate: 'unknown_key',
  },
  {
    id: 'said to be text',
    kind: 'structure',
    body: JSON_TEXT,
    read: GOOD_ORDER,
    headers: { 'content-type': 'text/plain' },
    boundary: ['media_type_unsupported'],
    gate: 'not_validated',
  },
  {
    id: 'said to be compressed',
    kind: 'structure',
    body: JSON_TEXT,
    read: GOOD_ORDER,
    headers: { 'content-encoding': 'gzip' },
    boundary: ['media_type_unsupported'],
    gate: 'not_validated',
  },
  {
    id: 'more than 10,240 bytes',
    kind: 'structure',
    body: JSON_TEXT.padEnd(10_241),
    read: GOOD_ORDER,
    boundary: ['body_too_large'],
    gate: 'not_validated',
  },
]

const DUPLICATES: readonly Manipulation[] = [
  text('duplicates', 'another side', withField('"side":"sell"'), 'key_duplicate'),
  text('duplicates', 'a larger quantity', withField('"quantity":"5"'), 'key_duplicate'),
  text('duplicates', 'the same again', withField('"symbol":"BTC-EUR"'), 'key_duplicate'),
  text('duplicates', 'one that is escaped', withField(String.raw`"s\u0069de":"sell"`), 'key_escaped'),
  text('duplicates', 'a field under an escaped name', JSON_TEXT.replace('side', String.raw`s\u0069de`), 'key_escaped'),
]

const MASS_ASSIGNMENT: readonly Manipulation[] = [
  ...Object.entries({
    orderId: '0'.repeat(32),
    accountId: 'other',
    status: 'accepted',
    createdAt: 0,
    updatedAt: 0,
    keyId: 'rfk_other',
    scope: 'trade',
    fresh: true,
    halted: false,
    maxNotional: '1000000000',
    limits: { openOrders: 1_000 },
    reduceOnly: true,
    price: '1',
    constructor: { prototype: { trading: true } },
    toString: 'x',
    '': 'x',
  }).flatMap(([name, value]) => field('mass assignment', name, 'unknown_key', { sent: value })),
  ...field('mass assignment', 'Quantity', 'unknown_key', { 'beside quantity': '5' }),
  {
    id: '__proto__: sent',
    kind: 'mass assignment',
    body: withField('"__proto__":{"limitPrice":"1"}'),
    boundary: ['body_malformed', 'key_forbidden'],
    gate: 'unknown_key',
  },
]

/** What is wrong with the body alone. */
export const SCHEMA_CASES: readonly Manipulation[] = [
  ...NUMBERS,
  ...UNICODE,
  ...STRUCTURE,
  ...DUPLICATES,
  ...MASS_ASSIGNMENT,
]
