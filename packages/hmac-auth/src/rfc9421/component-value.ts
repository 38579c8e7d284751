import { RingfenceError } from '@ringfence/errors'
import { parseDictionary } from '../structured-fields/parse.ts'
import { serializeMember } from '../structured-fields/serialize.ts'
import { authorityOf } from './authority-of.ts'
import { queryParameter } from './query-parameter.ts'
import { strictlySerialized } from './strictly-serialized.ts'
import type { Component } from './signature-input.ts'

/** The parts of a request that a signature can cover. A `GuardRequest` is one. */
export interface SignableRequest {
  /** Case matters (RFC 9421 section 2.2.1). */
  readonly method: string
  /** The request target in origin-form exactly as on the wire: never decoded, never normalised. */
  readonly target: string
  /** Every value of the field in arrival order. */
  header(name: string): readonly string[]
}

/** How the request reached the server. */
export type Scheme = 'http' | 'https'

/**
 * The value of one covered component (RFC 9421 sections 2.1 and 2.2), without its identifier.
 *
 * @throws {RingfenceError} `signature_base_invalid` where section 2.5 says that no base can be made
 */
export function componentValue(request: SignableRequest, component: Component, scheme: Scheme): string {
  if (component.name.charCodeAt(0) === AT) return derivedValue(request, component, scheme)
  return component.parameters.size === 0 ? fieldValue(request, component.name) : fieldVariant(request, component)
}

/** RFC 9421 section 2.1: each line trimmed, lines joined by a comma and a space. */
function fieldValue(request: SignableRequest, name: string): string {
  const values = request.header(name)
  if (values.length === 1) return line(values[0]!)
  return values.length === 0 ? invalid('a covered field is absent') : values.map(line).join(', ')
}

/** RFC 9421 sections 2.1.1 to 2.1.4. */
function fieldVariant(request: SignableRequest, { name, parameters }: Component): string {
  const key = parameters.get('key')
  const bytes = parameters.get('bs')
  const strict = parameters.get('sf')
  for (const [parameter, value] of parameters) {
    // `req` belongs to responses (section 2.4); trailers (`tr`) are not part of what is signed here.
    if (!FIELD_PARAMETERS.has(parameter)) invalid('a component has a parameter that cannot apply to it')
    if (parameter === 'key' ? typeof value !== 'string' : value !== true) invalid('a component parameter is ill-typed')
  }
  if (bytes !== undefined) {
    // Section 2.1.3: `bs` excludes the others; each line is wrapped on its own.
    if (key !== undefined || strict !== undefined) invalid('bs cannot be combined with sf or key')
    const values = request.header(name)
    if (values.length === 0) invalid('a covered field is absent')
    return values.map((value) => `:${Buffer.from(trimmed(value), 'latin1').toString('base64')}:`).join(', ')
  }
  const value = fieldValue(request, name)
  if (typeof key !== 'string') return strictlySerialized(name, value)
  const member = parseDictionary(value).get(key)
  return member === undefined ? invalid('a covered dictionary key is absent') : serializeMember(member)
}

/** RFC 9421 section 2.2. */
function derivedValue(request: SignableRequest, { name, parameters }: Component, scheme: Scheme): string {
  if (name === '@query-param') return queryParameter(request.target, parameters)
  if (parameters.size > 0) invalid('a component has a parameter that cannot apply to it')
  const { target } = request
  const query = target.indexOf('?')
  switch (name) {
    case '@method':
      return METHOD.test(request.method) ? request.method : invalid('the method is not a token')
    case '@authority':
      return authorityOf(request, scheme)
    case '@path':
      return checkedTarget(query < 0 ? target : target.slice(0, query))
    case '@query': // Section 2.2.7: the question mark is there even without a query.
      return query < 0 ? '?' : line(target.slice(query))
    case '@request-target':
      return checkedTarget(target)
    case '@scheme':
      return scheme
    case '@target-uri':
      return `${scheme}://${authorityOf(request, scheme)}${checkedTarget(target)}`
    default: // `@status` is for responses.
      return invalid('a derived component is unknown')
  }
}

/** Section 2.2.6 knows absolute paths only; dot segments and other aliases are the router's to refuse. */
function checkedTarget(target: string): string {
  return TARGET.test(target) ? target : invalid('the request target is not in origin-form')
}

function line(value: string): string {
  const text = trimmed(value)
  // Section 2.5: a line break would forge a line of the base, and the base is ASCII.
  return FIELD_TEXT.test(text) ? text : invalid('a covered value holds a control character or more than ASCII')
}

function trimmed(value: string): string {
  return WRAPPED.test(value) ? value.replace(/^[ \t]+|[ \t]+$/g, '') : value
}

function invalid(why: string): never {
  throw new RingfenceError('signature_base_invalid', `signature base: ${why}`)
}

const AT = 0x40
const FIELD_PARAMETERS: ReadonlySet<string> = new Set(['sf', 'key', 'bs'])
const METHOD = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/
const TARGET = /^\/[\x21-\x7e]*$/
const FIELD_TEXT = /^[\t\x20-\x7e]*$/
const WRAPPED = /^[ \t]|[ \t]$/
