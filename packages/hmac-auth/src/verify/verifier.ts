import { createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto'
import {
  allow,
  deny,
  type Clock,
  type Deny,
  type GuardRequest,
  type HeaderList,
  type Outcome,
  type ReplayStore,
  type ReplayVerdict,
} from '@ringfence/guard'
import type { IpAddress } from '@ringfence/ip-address'
import { checkContentDigest } from '../digest/check-content-digest.ts'
import { canonicalEntry } from '../keys/canonical-entry.ts'
import type { ApiKey, LiveSecret, Ring } from '../keys/key-ring.ts'
import { Problem } from '../problem.ts'
import { authorityOf, withDefaultPort } from '../rfc9421/authority-of.ts'
import type { Scheme } from '../rfc9421/signable-request.ts'
import { readBase } from '../rfc9421/signature-base.ts'
import { challenges } from './challenge.ts'
import { covers, coversBody, coversRequestLine, leavesOut, repeatedField } from './coverage.ts'
import { ageProblem, AHEAD_MS, MAX_AGE_MS } from './freshness.ts'
import type { HmacProof } from './hmac-proof.ts'
import { PUBLIC_CODES, type HmacDenyCode, type HmacReason } from './hmac-reason.ts'
import type { Claim } from './claim.ts'
import { readClaims } from './read-claims.ts'

export interface VerifierOptions {
  readonly keys: Ring
  readonly authorities: ReadonlySet<string>
  readonly tag: string
  readonly replay: ReplayStore
  readonly bodyLimit: number
  readonly client: (request: GuardRequest) => IpAddress | undefined
  readonly clock: Clock
}

type Verdict = Outcome<HmacProof, HmacDenyCode>

/** A claim whose MAC is right under this secret of this key. */
interface Proof {
  readonly claim: Claim
  readonly key: ApiKey
  readonly secret: LiveSecret
}

/** The order of verification, one step after the other. */
export class Verifier {
  readonly #options: VerifierOptions
  readonly #challenge: (request: GuardRequest) => HeaderList

  constructor(options: VerifierOptions) {
    this.#options = options
    this.#challenge = challenges(options.tag)
  }

  verify(request: GuardRequest): Verdict | Promise<Verdict> {
    const proof = this.#prove(request)
    if (typeof proof === 'string') return this.#refuse(request, proof)
    const problem = this.#judge(request, proof)
    if (problem !== undefined) return this.#refuse(request, problem, proof)
    const body = request.body(this.#options.bodyLimit)
    if (body instanceof Uint8Array) return this.#finish(request, proof, body)
    return body.then((bytes) => this.#resume(request, proof, bytes))
  }

  /** Form, key, MAC. Of several signatures of ours exactly one may be right, or their order would decide. */
  #prove(request: GuardRequest): Proof | HmacReason {
    const claims = readClaims(request, this.#options.tag)
    if (typeof claims === 'string') return claims
    const scheme: Scheme = request.peer.encrypted ? 'https' : 'http'
    const authority = authorityOf(request, scheme)
    if (authority instanceof Problem || !this.#isOurs(authority, scheme)) return 'host_unknown'
    if (repeatedField(request)) return 'field_repeated'
    let proof: Proof | HmacReason | undefined
    for (const claim of claims) {
      const result = typeof claim === 'string' ? claim : this.#proveOne(request, claim, scheme)
      if (isProof(proof) && isProof(result)) return 'signature_ambiguous'
      if (proof === undefined || isProof(result)) proof = result
    }
    return proof!
  }

  #isOurs(authority: string, scheme: Scheme): boolean {
    const { authorities } = this.#options
    return authorities.has(authority) || authorities.has(withDefaultPort(authority, scheme))
  }

  #proveOne(request: GuardRequest, claim: Claim, scheme: Scheme): Proof | HmacReason {
    if (!coversRequestLine(claim.covered) || leavesOut(claim.covered, request)) return 'component_missing'
    const base = readBase(request, claim, scheme)
    if (base instanceof Problem) return 'component_invalid'
    const { keys } = this.#options
    const key = keys.find(claim.keyId)
    const secret = matching(base, claim.signature, key?.secrets ?? [], keys.mostSecrets)
    if (key === undefined) return 'key_unknown'
    if (secret === undefined) return 'mac_wrong'
    return { claim, key, secret }
  }

  /** Validity, address and entry of the key, then freshness. */
  #judge(request: GuardRequest, { claim, key, secret }: Proof): HmacReason | undefined {
    const now = this.#options.clock.now()
    if (!(now >= key.notBefore)) return 'key_not_yet_valid'
    if (!(now < secret.notAfter)) return 'key_expired'
    const address = this.#options.client(request)
    if (address === undefined) return 'address_unknown'
    if (!key.allow.contains(address)) return 'address_not_allowed'
    if (key.entry !== undefined && !key.entry.has(canonicalEntry(request.peer.entry) ?? '')) return 'entry_not_allowed'
    return ageProblem(claim, now)
  }

  /** While a body arrived, the key may have been withdrawn, exchanged or expired: judge by what holds now. */
  #resume(request: GuardRequest, proof: Proof, body: Uint8Array): Verdict | Promise<Verdict> {
    const current = this.#current(proof)
    if (current === undefined) return this.#refuse(request, 'key_unknown', proof)
    const problem = this.#judge(request, current)
    return problem === undefined ? this.#finish(request, current, body) : this.#refuse(request, problem, current)
  }

  /** The proof by the keys that there are now, if they still hold its secret. */
  #current(proof: Proof): Proof | undefined {
    const key = this.#options.keys.find(proof.claim.keyId)
    const secret = key?.secrets.find((one) => one.key.equals(proof.secret.key))
    return key && secret && { claim: proof.claim, key, secret }
  }

  /** Digest, freshness now, nonce. */
  #finish(request: GuardRequest, proof: Proof, body: Uint8Array): Verdict | Promise<Verdict> {
    const problem = bodyProblem(request, proof.claim, body) ?? ageProblem(proof.claim, this.#options.clock.now())
    if (problem !== undefined) return this.#refuse(request, problem, proof)
    let verdict: ReplayVerdict | Promise<ReplayVerdict>
    try {
      verdict = this.#consume(request, proof.claim)
    } catch {
      return this.#refuse(request, 'replay_store_failed', proof)
    }
    if (typeof verdict === 'string') return this.#conclude(request, proof, verdict)
    return verdict.then(
      (late) => this.#conclude(request, proof, late),
      () => this.#refuse(request, 'replay_store_failed', proof),
    )
  }

  #consume(request: GuardRequest, { keyId, nonce, createdAt }: Claim): ReplayVerdict | Promise<ReplayVerdict> {
    // Clocks of several servers may differ by the allowance in either direction.
    const expiresAt = createdAt + MAX_AGE_MS + 2 * AHEAD_MS
    return this.#options.replay.consume({ keyId, nonce, createdAt, expiresAt, request })
  }

  #conclude(request: GuardRequest, proof: Proof, verdict: ReplayVerdict): Verdict {
    if (verdict !== 'fresh') return this.#refuse(request, REPLAY_REASONS[verdict] ?? 'replay_store_failed', proof)
    this.#options.keys.used(proof.secret, this.#options.clock.now())
    const isFresh = (): boolean => {
      const current = this.#current(proof)
      return current !== undefined && this.#judge(request, current) === undefined
    }
    return allow({ principal: proof.secret.principal, signature: { createdAt: proof.claim.createdAt, isFresh } })
  }

  #refuse(request: GuardRequest, reason: HmacReason, proof?: Proof): Deny<HmacDenyCode> {
    const code = PUBLIC_CODES[reason]
    const internal = proof === undefined ? { reason } : { reason, keyId: proof.key.id }
    if (code === 'dependency_unavailable') return deny(code, { internal, headers: RETRY })
    return UNAUTHORIZED.has(code)
      ? deny(code, { internal, headers: this.#challenge(request) })
      : deny(code, { internal })
  }
}

function isProof(result: Proof | HmacReason | undefined): result is Proof {
  return typeof result === 'object'
}

/**
 * Always as many MACs as the key with most secrets needs, whether the key exists or not: time must not tell. Which
 * secret of a key matched is no secret to its holder.
 */
function matching(
  base: string,
  signature: Uint8Array,
  secrets: readonly LiveSecret[],
  attempts: number,
): LiveSecret | undefined {
  for (let i = 0; i < attempts; i++) {
    const secret = secrets[i]
    // The base is ASCII, so latin1 is UTF-8 at less cost.
    const mac = createHmac('sha256', secret?.key ?? DUMMY)
      .update(base, 'latin1')
      .digest()
    if (signature.length === mac.length && timingSafeEqual(signature, mac) && secret !== undefined) return secret
  }
  return undefined
}

/** RFC 9530: what is covered is the digest, so it has to be the digest of what arrived. */
function bodyProblem(request: GuardRequest, { covered }: Claim, body: Uint8Array): HmacReason | undefined {
  if (body.length > 0 && !coversBody(covered)) return 'body_uncovered'
  if (!covers(covered, 'content-digest')) return undefined
  const verdict = checkContentDigest(request.header('content-digest')[0]!, body)
  return verdict === 'matches' ? undefined : `digest_${verdict}`
}

const DUMMY = createSecretKey(randomBytes(32))

const REPLAY_REASONS: Readonly<Record<Exclude<ReplayVerdict, 'fresh'>, HmacReason>> = {
  replayed: 'nonce_replayed',
  before_epoch: 'created_before_epoch',
  full: 'replay_store_full',
}

const UNAUTHORIZED: ReadonlySet<HmacDenyCode> = new Set([
  'credentials_missing',
  'credentials_invalid',
  'request_stale',
  'request_replayed',
])

/** After a start the store admits what was signed more than a second later. */
const RETRY = [['retry-after', '2']] as const
