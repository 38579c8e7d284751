/** The tool server's policy: an MCP server for AI agents, in Kubernetes behind a Cloudflare Tunnel. Shape as in the trading rules. */
export const TOOL_SERVER_RULES = {
  'TS-01': {
    rule: 'All external inputs validated at the API boundary, not deep in code',
    proves: 'the guard chain refuses invalid input before any tool runs',
  },
  'TS-02': { rule: 'Allowlist, not blocklist', proves: 'what a tool schema does not name is refused' },
  'TS-03': {
    rule: 'URL validation with a strict pattern',
    proves: {
      pattern: 'one published, anchored, linear-time pattern, then canonical parsing',
      allowlist: 'a host that is not allowed is refused',
      connect: 'an internal address is refused when the connection is made, whatever its name resolved to before',
    },
  },
  'TS-04': {
    rule: 'Parameter types validated; no untyped user input',
    proves: {
      schemas: 'a tool argument of another type is refused',
      'no-any': 'an `any` in a source file is a lint error',
    },
  },
  'TS-05': {
    rule: 'OAuth 2.0 bearer tokens enforced on all tool requests',
    proves: 'no tool request is answered without a valid token for this resource',
  },
  'TS-06': {
    rule: 'Stateless',
    proves: {
      sessions: 'any replica answers any request: there is no server-side session',
      revisions: 'clients of revisions 2026-07-28 and 2025-11-25 are served',
    },
  },
  'TS-07': {
    rule: 'Token validation within 500 ms',
    proves: {
      deadline: 'one deadline over the whole validation',
      late: 'a late dependency is a 503, never a 401 or a 500',
    },
  },
  'TS-08': {
    rule: 'Validation results cached, 60 s',
    proves: {
      cached: 'a second validation within 60 s asks nobody, a later one asks again',
      expiry: 'an entry never outlives its token',
      bounded: 'the cache has a stated limit',
      revoked: 'a revoked token is refused although it was cached',
    },
  },
  'TS-09': { rule: 'Invalid tokens get 401', proves: 'with the RFC 6750 and MCP challenges' },
  'TS-10': { rule: 'Health endpoint unauthenticated', proves: '/healthz and /readyz answer without a token' },
  'TS-11': {
    rule: '.env in development, Kubernetes Secrets in production',
    proves: {
      development: '.env is read in development only',
      mounted: 'production reads mounted files',
      reload: 'a file that is replaced atomically is read again, as a whole',
    },
  },
  'TS-12': {
    rule: 'Never hardcode; access through the configuration service only',
    proves: {
      scan: 'the secret scan finds a committed secret',
      access: 'reading process.env outside @ringfence/secret-config is a lint error',
    },
  },
  'TS-13': {
    rule: 'No secrets in logs or errors; a secret type for secret fields',
    proves: {
      logs: 'a planted secret reaches no log line and no error',
      type: 'a Secret<T> shows its value in no way that prints, joins, clones or serialises it',
    },
  },
  'TS-14': {
    rule: 'Secret rotation procedure documented',
    proves: {
      overlap: 'the old and the new secret are both accepted while they overlap, the old one not after',
      reload: 'a rotated secret is used without a restart',
      rollback: 'a rotation that went wrong is rolled back by the documented steps',
    },
  },
  'TS-15': {
    rule: 'HTTPS through Cloudflare Tunnel, TLS 1.2+',
    proves: {
      listeners: 'no listener but the one of the tunnel and the one of the probes',
      manifests: 'the manifests deploy no other way in',
      zone: 'the zone configuration requires TLS 1.2 or later',
    },
  },
  'TS-16': {
    rule: 'Request size at most 10 KB',
    proves: '10,240 bytes, counted while streaming, whatever headers claim',
  },
  'TS-17': {
    rule: "Rate limiting (was 'phase 2')",
    proves: {
      client: 'a client that exceeds its limit is refused, others are not',
      tool: 'a tool has a limit of its own',
    },
  },
  'TS-18': {
    rule: 'CORS disabled',
    proves: {
      headers: 'no answer carries a CORS header',
      origin: 'a foreign Origin gets 403',
    },
  },
  'TS-19': {
    rule: 'No persistent storage, no PII stored or logged',
    proves: {
      storage: 'the server runs with a read-only root filesystem and writes no file',
      logs: 'no personal data reaches a log line; client addresses appear as fingerprints',
    },
  },
  'TS-20': { rule: 'Never log OAuth tokens: hash only', proves: 'a token reaches a log as a keyed fingerprint only' },
  'TS-21': {
    rule: 'Dependency scan in CI, monthly updates, dependencies reviewed, exact versions',
    proves: {
      scan: 'a dependency with an advisory fails CI',
      updates: 'the update bot runs monthly',
      review: 'an unreviewed direct dependency fails CI',
      pins: 'a version range in a manifest or the catalog fails CI',
    },
  },
  'TS-22': {
    rule: 'Static analysis and secret detection in CI',
    proves: {
      analysis: 'an unsafe pattern in a source file fails CI',
      secrets: 'a committed secret fails CI',
    },
  },
  'TS-23': {
    rule: 'Security tests: authentication and authorization, SQL injection and XSS inputs, data protection, dependency scan',
    proves: {
      auth: 'forged, expired, foreign and under-scoped credentials are refused',
      injection: 'SQL injection and XSS inputs stay data',
      data: 'no secret and no personal data leaves through logs, errors or responses',
      scan: 'the dependency scan finds a vulnerable dependency',
    },
  },
  'TS-24': {
    rule: 'Penetration testing: manual security review',
    proves: "a release without a signed review is reported as 'not reviewed'",
  },
} as const
