import { expect, test } from 'vitest'
import { assertLoopback } from '../../release/assert-loopback.ts'

const URL = 'http://127.0.0.1:4879/'
const configured = { registry: URL, '@ringfence:registry': URL }
const manifests = [{ name: '@ringfence/one', publishConfig: { access: 'restricted' } }]

test('goes on when every setting names the one registry on loopback', () => {
  expect(() => assertLoopback(URL, configured, manifests)).not.toThrow()
})

test.each(['https://registry.example/', 'http://127.0.0.1:4880/', 'http://127.0.0.1:4879', 'undefined', ''])(
  'refuses when a setting names "%s"',
  (elsewhere) => {
    for (const setting of Object.keys(configured)) {
      expect(() => assertLoopback(URL, { ...configured, [setting]: elsewhere }, manifests)).toThrow(
        `refusing to publish: ${setting} is ${elsewhere || 'not set'}`,
      )
    }
  },
)

test('refuses a manifest that overrides the registry, for all or for its scope', () => {
  for (const key of ['registry', '@ringfence:registry']) {
    const overriding = [{ name: '@ringfence/one', publishConfig: { [key]: URL } }]
    expect(() => assertLoopback(URL, configured, overriding)).toThrow(`@ringfence/one overrides ${key}`)
  }
})

test('refuses to take anything but loopback for the registry of the rehearsal', () => {
  for (const url of [
    'https://127.0.0.1:4879/',
    'http://localhost:4879/',
    'http://127.0.0.1.example:80/',
    'http://10.0.0.1:4879/',
  ]) {
    expect(() => assertLoopback(url, { registry: url }, manifests), url).toThrow('is not a registry on loopback')
  }
})
