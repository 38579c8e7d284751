import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const SOURCE = new URL('../src/index.ts', import.meta.url).href
const ISSUER = new URL('./support/issuer.ts', import.meta.url).href

/**
 * Validates a token, forgets it, and counts the strings of the heap that hold it.
 *
 * @param keep what the process remembers of it beside the verdict
 */
async function tokensInHeap(keep: string): Promise<number> {
  const program = `
    import { createHash, randomBytes } from 'node:crypto'
    import { getHeapSnapshot } from 'node:v8'
    import { createTokenValidator } from '${SOURCE}'
    import { AUDIENCE, goodClaims, ISSUER, signingKey, signToken } from '${ISSUER}'
    const key = signingKey('ES256')
    const bytes = Buffer.from(JSON.stringify({ keys: [key.jwk] }))
    const validator = createTokenValidator({
      issuer: ISSUER,
      audience: AUDIENCE,
      jwksUri: ISSUER + '/jwks',
      fetch: async () => ({ status: 200, headers: new Headers(), bytes }),
      fingerprintKey: { keyId: 'test', key: randomBytes(32) },
    })
    const mark = (signature) => createHash('sha256').update(signature).digest('hex')
    globalThis.kept = []
    const validated = async () => {
      const token = Buffer.from(signToken(key, goodClaims(Date.now()))).toString()
      const verdict = await validator.validate(token)
      if (!verdict.ok) throw new Error(verdict.reason)
      globalThis.kept.push(verdict${keep})
      return mark(token.split('.')[2])
    }
    const wanted = await validated()
    for (let i = 0; i < 3; i++) { gc(); await new Promise((resolve) => setTimeout(resolve, 10)) }
    let heap = ''
    for await (const chunk of getHeapSnapshot()) heap += chunk
    const tokens = [...heap.matchAll(/eyJ[\\w-]{8,}\\.eyJ[\\w-]{20,}\\.([\\w-]{86})/g)]
    console.log(tokens.filter(([, signature]) => mark(signature) === wanted).length)`
  const options = ['--expose-gc', '--conditions=@ringfence/source', '--input-type=module']
  const { stdout } = await promisify(execFile)(process.execPath, [...options, '--eval', program])
  return Number(stdout)
}

test('a token that was validated is in no string of the heap any more', async () => {
  expect(await tokensInHeap('')).toBe(0)
})

test('a piece cut from it would keep the whole of it', async () => {
  expect(await tokensInHeap(', token.slice(0, 40)')).toBeGreaterThan(0)
})
