import type { GuardRequest } from '@ringfence/guard'
import type { Component } from '../rfc9421/signature-input.ts'

/**
 * Which of the components that the protocol speaks of are covered, one bit each. Only the full identity counts: a
 * component with a parameter, such as `"@method";req`, is another component (RFC 9421 section 2).
 */
export function coverageOf(components: readonly Component[]): number {
  let covered = 0
  for (const { name, parameters } of components) {
    if (parameters.size === 0) covered |= BITS.get(name) ?? 0
  }
  return covered
}

/** What has to be covered whatever the request: nobody can then move a signature to another request line or host. */
export function coversRequestLine(covered: number): boolean {
  return (covered & REQUEST_LINE) === REQUEST_LINE
}

/** What has to be covered as soon as there is a body. */
export function coversBody(covered: number): boolean {
  return (covered & BODY) === BODY
}

/** Is this one component covered? */
export function covers(covered: number, name: string): boolean {
  return (covered & (BITS.get(name) ?? 0)) !== 0
}

/** The first field that occurs twice although readers take it for single, so that two of them may see two values. */
export function repeatedField(request: GuardRequest): boolean {
  for (const name of SINGLE_FIELDS) if (request.header(name).length > 1) return true
  return false
}

/** True if a field changes what the request means but was sent outside the signature. */
export function leavesOut(covered: number, request: GuardRequest): boolean {
  for (const [name, bit] of BITS_IF_SENT) if ((covered & bit) === 0 && request.header(name).length > 0) return true
  return false
}

/** Always covered. */
export const REQUEST_LINE_COMPONENTS: readonly string[] = ['@method', '@authority', '@path', '@query']
/** Covered whenever there is a body. */
export const BODY_COMPONENTS: readonly string[] = ['content-type', 'content-digest']
/** Covered whenever sent. */
export const COVERED_IF_SENT: readonly string[] = ['content-digest', 'x-session-id', 'x-api-version']

const SINGLE_FIELDS: readonly string[] = ['content-type', 'content-digest', 'x-session-id', 'x-api-version']

const BITS: ReadonlyMap<string, number> = new Map(
  [...new Set([...REQUEST_LINE_COMPONENTS, ...BODY_COMPONENTS, ...COVERED_IF_SENT])].map((name, i) => [name, 1 << i]),
)

const BITS_IF_SENT = COVERED_IF_SENT.map((name) => [name, BITS.get(name)!] as const)

const REQUEST_LINE = bits(REQUEST_LINE_COMPONENTS)
const BODY = bits(BODY_COMPONENTS)

function bits(names: readonly string[]): number {
  return names.reduce((sum, name) => sum | BITS.get(name)!, 0)
}
