/**
 * Imports point down only. A package may import the tiers below its own; `errors` is at the bottom.
 * Where an entry of `TIERS` lists several packages, they do not know each other.
 */
const TIERS = [
  ['errors'],
  ['guard', 'ip-address', 'redis', 'secret-config', 'log-redaction'],
  ['validation', 'rate-limit', 'egress', 'encrypted-sqlite'],
  ['hmac-auth', 'oauth-auth'],
  ['cli'],
]

const folder = (names) => `^packages/(${names.join('|')})/`
const src = (names) => `^packages/(${names.join('|')})/src/`

const upward = TIERS.map((names, tier) => ({
  name: `tier-${tier}-imports-down`,
  comment: `${names.join(', ')}: imports point down only`,
  severity: 'error',
  from: { path: src(names) },
  to: { path: folder(TIERS.slice(tier).flat()), pathNot: '^packages/$1/' },
}))

module.exports = {
  forbidden: [
    ...upward,
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'packages-not-to-apps',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(apps|bench)/' },
    },
    {
      name: 'no-cross-package-relative',
      comment: "use the package's exports",
      severity: 'error',
      from: { path: '^((?:packages|apps)/[^/]+)/' },
      to: { path: '^(packages|apps)/', pathNot: '^$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'no-proof-in-the-product',
      comment: 'policy and bench are for tests',
      severity: 'error',
      from: { path: '^(packages|apps)/[^/]+/src/' },
      to: { path: '^(policy|bench)/' },
    },
    {
      name: 'only-authenticators-issue-principals',
      comment: '@ringfence/guard/authenticator lets its caller issue a Principal',
      severity: 'error',
      from: { path: '^(packages|apps)/', pathNot: '^packages/(guard|hmac-auth|oauth-auth)/|/test/' },
      to: { path: '^packages/guard/src/authenticator' },
    },
    {
      name: 'nothing-undeclared',
      comment: 'an import that no manifest declares, or that does not resolve',
      severity: 'error',
      from: { path: '^(packages|apps)/[^/]+/src/|^bench/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
    },
    {
      name: 'no-dev-dependency-in-the-product',
      severity: 'error',
      from: { path: '^(packages|apps)/[^/]+/src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm-peer', 'npm', 'npm-optional', 'type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|dist' },
    exclude: { path: '/vectors/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      conditionNames: ['@ringfence/source', 'import', 'types', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.js'],
    },
  },
}
