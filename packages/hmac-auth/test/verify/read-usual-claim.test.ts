import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readClaims } from '../../src/verify/read-claims.ts'
import { readUsualClaim } from '../../src/verify/read-usual-claim.ts'
import { AUTHORITY, TAG, field, fixture, received, withField } from '../support/fixture.ts'

const signer = fixture()
const VARIANTS = [
  signer.sign(),
  signer.sign({ sessionId: 'S'.repeat(43) }),
  signer.sign({ sessionId: 'S'.repeat(43), headers: { 'x-api-version': '1' } }),
  signer.sign({ method: 'GET', url: `http://${AUTHORITY}/v1/orders`, body: '' }),
]

/** The claim as the general parser reads it: one more signature of another application keeps it from the short way. */
function general(input: string, signature: string): unknown {
  const fields = [`${input}, other=();tag="other"`, `${signature}, other=:AAAA:`] as const
  const claims = readClaims(
    received({
      headers: [
        ['signature-input', fields[0]],
        ['signature', fields[1]],
      ],
    }),
    TAG,
  )
  return typeof claims === 'string' ? claims : claims[0]
}

test('what signRequest sends is read the short way, to the same result', () => {
  for (const headers of VARIANTS) {
    const [input, signature] = [field(headers, 'signature-input'), field(headers, 'signature')]
    const usual = readUsualClaim([input], [signature], TAG)
    expect(usual).toBeDefined()
    expect(usual).toEqual(general(input, signature))
  }
})

test('whatever the short way accepts, the general parser accepts to the same result', () => {
  const edit = fc.record({
    variant: fc.nat(VARIANTS.length - 1),
    name: fc.constantFrom('signature-input', 'signature'),
    at: fc.nat(400),
    remove: fc.nat(2),
    insert: fc.oneof(fc.constantFrom('"', ' ', ';', '=', '1', 'a', 'A', ')', ',', ':'), fc.string({ maxLength: 2 })),
  })
  let accepted = 0
  fc.assert(
    fc.property(edit, ({ variant, name, at, remove, insert }) => {
      const headers = VARIANTS[variant]!
      const value = field(headers, name)
      const start = at % (value.length + 1)
      const changed = withField(headers, name, value.slice(0, start) + insert + value.slice(start + remove))
      const [input, signature] = [field(changed, 'signature-input'), field(changed, 'signature')]
      const usual = readUsualClaim([input], [signature], TAG)
      if (usual === undefined) return
      accepted++
      expect(usual).toEqual(general(input, signature))
    }),
    { numRuns: 20_000 },
  )
  expect(accepted).toBeGreaterThan(100)
})

test('it is for our tag, one line and one signature only', () => {
  const [headers] = VARIANTS as [[string, string][]]
  const [input, signature] = [field(headers, 'signature-input'), field(headers, 'signature')]
  expect(readUsualClaim([input], [signature], 'other')).toBeUndefined()
  expect(readUsualClaim([input, input], [signature], TAG)).toBeUndefined()
  expect(readUsualClaim([input], [signature, signature], TAG)).toBeUndefined()
  expect(readUsualClaim([input], [`${signature}, a=:AAAA:`], TAG)).toBeUndefined()
  expect(readUsualClaim([input], [signature.replace('sig=', 'sig2=')], TAG)).toBeUndefined()
})
