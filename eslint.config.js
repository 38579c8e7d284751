import { defineConfig } from 'eslint/config'
import regexp from 'eslint-plugin-regexp'
import security from 'eslint-plugin-security'
import tseslint from 'typescript-eslint'

const TIMING_SAFE = 'compare secrets with timingSafeEqual'

/** Names that hold something an attacker may guess byte by byte. A lint sees names only, so it goes as far as they do. */
const SECRET = '/^(mac|hmac|expectedMac|secret|signature|password|passphrase|token|apiKey)$/i'
const MAC = '/^(mac|hmac|expectedMac|expected|signature)$/i'

/** Static security analysis. Style and types are oxlint's; this looks for the patterns that attackers like. */
export default defineConfig(
  { ignores: ['**/dist/**', '**/node_modules/**'] },
  {
    files: ['packages/*/src/**/*.ts', 'apps/*/{src,dev}/**/*.ts'],
    extends: [security.configs.recommended],
    plugins: { regexp },
    languageOptions: { parser: tseslint.parser },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      ...Object.fromEntries(Object.keys(security.rules).map((rule) => [`security/${rule}`, 'error'])),
      // Off, because each flags safe code so often that people would learn to silence it:
      'security/detect-object-injection': 'off', // every index; prototype keys are refused where bytes become objects
      'security/detect-non-literal-fs-filename': 'off', // every path that is not a literal
      'security/detect-unsafe-regex': 'off', // any nested repetition; the next rules decide by analysis
      'security/detect-possible-timing-attacks': 'off', // even `token === undefined`; see secretComparisons
      'regexp/no-super-linear-backtracking': ['error', { report: 'certain' }],
      'regexp/no-super-linear-move': ['error', { report: 'certain' }],
      'no-restricted-syntax': ['error', ...secretComparisons()],
    },
  },
  {
    // Where keys, sessions, tokens and MACs are made and compared. Elsewhere a random number is a jitter.
    files: [
      'packages/{guard,hmac-auth,oauth-auth,secret-config,log-redaction,encrypted-sqlite,cli}/src/**/*.ts',
      'apps/*/src/**/*.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', ...secretComparisons(), ...bufferComparisons(), notRandom()] },
  },
)

/** `===` and its kin on two values of which one has a secret's name; a literal, undefined or typeof tells no byte. */
function secretComparisons() {
  const harmless = ['left', 'right'].flatMap((side) => [
    `[${side}.type='Literal']`,
    `[${side}.name=/^undefined$/]`, // not ='undefined', which an absent name equals too
    `[${side}.operator='typeof']`,
  ])
  return ['left', 'right'].flatMap((side) =>
    [`${side}.name`, `${side}.property.name`].map((name) => ({
      selector: `BinaryExpression[operator=/^[!=]==?$/][${name}=${SECRET}]:not(${harmless.join(',')})`,
      message: TIMING_SAFE,
    })),
  )
}

/** The comparisons of Buffer, which stop at the first byte that differs. Those of KeyObject and Secret do not. */
function bufferComparisons() {
  return [
    { selector: `CallExpression[callee.property.name='equals'][callee.object.name=${MAC}]`, message: TIMING_SAFE },
    { selector: `CallExpression[callee.property.name='equals'][arguments.0.name=${MAC}]`, message: TIMING_SAFE },
    { selector: "MemberExpression[object.name='Buffer'][property.name='compare']", message: TIMING_SAFE },
  ]
}

/** A call of Math.random; as the default of a `random` option (jitter) it is a reference, and fine. */
function notRandom() {
  return {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: 'Math.random can be predicted: use node:crypto, or take `random` as an option',
  }
}
