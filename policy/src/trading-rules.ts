/**
 * The trading system's policy: no browser, no public endpoint, one operator, real money. `rule` is the policy's own
 * sentence; `proves` is what a test must show here, one sentence per clause when a rule has several parts.
 */
export const TRADING_RULES = {
  'TR-01': { rule: 'One validation library with custom validators', proves: 'zod 4 through @ringfence/validation' },
  'TR-02': {
    rule: 'Validate at the API boundary AND again before execution',
    proves: {
      boundary: 'an invalid order is refused before the handler runs',
      execution: 'the execution gate validates again, against current limits, just before the venue is called',
    },
  },
  'TR-03': {
    rule: 'All external inputs are validated before processing',
    proves: {
      body: 'a body that the schema does not describe is refused',
      query: 'an unknown, repeated or malformed query parameter is refused',
      path: 'a path parameter outside its pattern is refused',
      headers: 'a duplicate or malformed header is refused',
      environment: 'a malformed environment stops the start, with every problem at once',
      venue: 'a venue response outside its schema is never believed',
    },
  },
  'TR-04': {
    rule: 'Allowlist, never blocklist',
    proves: {
      schemas: 'an unknown field is refused at any depth',
      symbols: 'an instrument that is not listed is refused',
      addresses: 'an address that no CIDR lists is refused',
      logs: 'a field that the allowlist of an order event does not name is not logged',
    },
  },
  'TR-05': {
    rule: 'API key with HMAC signatures; no JWT',
    proves: 'RFC 9421 hmac-sha256 through @ringfence/hmac-auth',
  },
  'TR-06': {
    rule: 'Server-side sessions in Redis, 4-hour timeout',
    proves: {
      absolute: 'a session ends 4 hours after its start, however busy',
      idle: 'a session ends when it was idle for too long',
      revoked: 'a revoked session is refused at once: the state is on the server',
      redis: 'production refuses to start without Redis',
    },
  },
  'TR-07': {
    rule: 'API keys never in code, only from the environment',
    proves: {
      code: 'the secret scan finds a key in the tree',
      environment: 'keys are read from the environment, or a mounted file it names',
    },
  },
  'TR-08': { rule: 'Separate keys for read and trade permission', proves: 'a read key can never trade' },
  'TR-09': {
    rule: 'IP allowlist enforced by the application',
    proves: {
      key: 'a key is refused from an address outside its own list',
      app: 'an address outside the list of the app is refused before authentication',
      canonical: 'every spelling of an address is refused or canonical, never guessed',
      proxies: 'a forwarded address is believed only from a trusted proxy',
      entry: 'a key pinned to a tunnel entry is refused through another one',
    },
  },
  'TR-10': {
    rule: 'Development secrets in .env, strictly gitignored',
    proves: {
      generated: 'the first start writes fresh random secrets',
      mode: 'the file is readable by its owner only, and a wider mode is refused',
      uncommitted: '.env is ignored by git and not committed',
    },
  },
  'TR-11': {
    rule: 'Production secrets injected at runtime',
    proves: {
      environment: 'from the environment; production refuses a .env file',
      files: 'from mounted files',
    },
  },
  'TR-12': {
    rule: 'Never hardcode secrets',
    proves: {
      scan: 'the secret scan finds a committed secret',
      placeholders: 'production refuses a placeholder secret',
    },
  },
  'TR-13': {
    rule: 'Access only through the configuration service',
    proves: 'reading process.env outside @ringfence/secret-config is a lint error',
  },
  'TR-14': {
    rule: 'No secrets in logs or error messages',
    proves: {
      logs: 'a planted secret reaches no log line',
      errors: 'a planted secret reaches no error message, stack or response',
    },
  },
  'TR-15': { rule: '10 requests per second per endpoint', proves: 'at most 10 in ANY window of one second' },
  'TR-16': {
    rule: 'No CORS (no browser access)',
    proves: {
      headers: 'no answer carries a CORS header',
      preflight: 'a preflight gets a plain refusal',
    },
  },
  'TR-17': {
    rule: 'X-Request-ID for tracing, X-API-Version for compatibility',
    proves: {
      'request-id': 'every answer, errors included, carries X-Request-ID',
      'api-version': 'every answer, errors included, carries X-API-Version, and an unsupported one is refused',
    },
  },
  'TR-18': {
    rule: 'SSH tunnel only, no public HTTPS endpoint',
    proves: 'the app refuses to start on any address but loopback',
  },
  'TR-19': { rule: 'SQLite encrypted with SQLCipher', proves: 'SQLCipher 4 format, unreadable to plain SQLite' },
  'TR-20': {
    rule: 'TLS 1.3 for all external communication',
    proves: {
      outbound: '@ringfence/egress refuses TLS 1.2 and plaintext',
      redis: 'Redis beyond loopback is refused without TLS 1.3',
    },
  },
  'TR-21': {
    rule: 'No personal data stored; account_id only',
    proves: {
      database: 'the schema of the database has no column for personal data',
      addresses: 'client addresses reach logs, trail and Redis only as keyed fingerprints',
    },
  },
  'TR-22': {
    rule: 'No keys, passwords or full order details in logs',
    proves: {
      keys: 'no key or password reaches a log line',
      orders: 'the log line of an order carries the allowlisted fields only',
    },
  },
  'TR-23': {
    rule: 'Dependency vulnerability scan',
    proves: {
      ci: 'a dependency with an advisory fails CI, and a scan that could not run never passes as one that did',
      release: 'a release needs a scan of the same lockfile',
      verdicts: 'every finding has a verdict, and no verdict outlives its finding',
    },
  },
  'TR-24': {
    rule: 'Security updates within 24 hours, others monthly',
    proves: {
      security: 'the update bot opens security updates at any time, without the cooldown',
      others: 'the update bot groups every other update once a month',
    },
  },
  'TR-25': {
    rule: 'New dependencies need a security review',
    proves: 'a direct dependency that the record does not review at its locked version fails CI',
  },
  'TR-26': { rule: 'Static security analysis', proves: 'an unsafe pattern in a source file fails CI' },
  'TR-27': {
    rule: 'Quarterly self-audit: API keys and order manipulation',
    proves: {
      keys: 'the audit attacks API keys, and finds a planted weakness',
      orders: 'the audit attacks orders, and finds a planted weakness',
      overdue: 'CI warns when the last audit is 85 days old and fails at 92',
    },
  },
} as const
