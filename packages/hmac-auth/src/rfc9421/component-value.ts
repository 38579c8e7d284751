import { RingfenceError } from '@ringfence/errors'
import { Problem, orThrow } from '../problem.ts'
import { parseDictionary } from '../structured-fields/parse.ts'
import { serializeMember } from '../structured-fields/serialize.ts'
import { authorityOf } from './authority-of.ts'
import { queryParameter } from './query-parameter.ts'
import type { Scheme, SignableRequest } from './signable-request.ts'
import type { Component } from './signature-input.ts'
import { strictlySerialized } from './strictly-serialized.ts'

/**
 * The value of one covered component (RFC 9421 sections 2.1 and 2.2), without its identifier.
 *
 * @throws {RingfenceError} `signature_base_invalid` where section 2.5 says that no base can be made
 */
export function componentValue(request: SignableRequest, component: Component, scheme: Scheme): string {
  return orThrow(readComponent(request, component, scheme), 'signature_base_invalid')
}

/** As {@link componentValue}, with the problem as a value. */
export function readComponent(request: SignableRequest, component: Component, scheme: Scheme): string | Problem {
  if (component.name.charCodeAt(0) === AT) return derivedValue(request, component, scheme)
  return component.parameters.size === 0 ? fieldValue(request, component.name) : fieldVariant(request, component)
}

/** RFC 9421 section 2.1: each line trimmed, lines joined by a comma and a space. */
function fieldValue(request: SignableRequest, name: string): string | Problem {
  const values = request.header(name)
  if (values.length === 1) return line(values[0]!)
  return values.length === 0 ? ABSENT : line(values.map(trimmed).join(', '))
}

/** RFC 9421 sections 2.1.1 to 2.1.4. */
function fieldVariant(request: SignableRequest, { name, parameters }: Component): string | Problem {
  for (const [parameter, value] of parameters) {
    // `req` belongs to responses (section 2.4); trailers (`tr`) are not part of what is signed here.
    if (parameter !== 'sf' && parameter !== 'key' && parameter !== 'bs') return INAPPLICABLE
    if (parameter === 'key' ? typeof value !== 'string' : value !== true) return INAPPLICABLE
  }
  if (parameters.has('bs')) return parameters.size === 1 ? wrappedLines(request, name) : INAPPLICABLE
  const value = fieldValue(request, name)
  if (value instanceof Problem) return value
  try {
    const key = parameters.get('key')
    return typeof key === 'string' ? dictionaryValue(value, key) : strictlySerialized(name, value)
  } catch (error) {
    if (error instanceof RingfenceError) return NOT_STRUCTURED
    throw error
  }
}

/** Section 2.1.3: every line on its own, as a byte sequence. */
function wrappedLines(request: SignableRequest, name: string): string | Problem {
  const values = request.header(name)
  if (values.length === 0) return ABSENT
  const lines = values.map((value) => unfolded(trimmed(value)))
  if (!lines.every((text) => FIELD_BYTES.test(text))) return NOT_BYTES
  return lines.map((text) => `:${Buffer.from(text, 'latin1').toString('base64')}:`).join(', ')
}

/** Section 2.1.2. */
function dictionaryValue(value: string, key: string): string | Problem {
  const member = parseDictionary(value).get(key)
  return member === undefined ? ABSENT : serializeMember(member)
}

/** RFC 9421 section 2.2. */
function derivedValue(request: SignableRequest, { name, parameters }: Component, scheme: Scheme): string | Problem {
  const { target } = request
  if (name === '@query-param') return TARGET.test(target) ? queryParameter(target, parameters) : NO_TARGET
  if (parameters.size > 0) return INAPPLICABLE
  switch (name) {
    case '@method':
      return METHOD.test(request.method) ? request.method : NO_METHOD
    case '@authority':
      return authorityOf(request, scheme)
    case '@path':
      return pathOf(target)
    case '@query':
      return queryOf(target)
    case '@request-target':
      return TARGET.test(target) ? target : NO_TARGET
    case '@scheme':
      return scheme
    case '@target-uri': {
      const authority = authorityOf(request, scheme)
      if (authority instanceof Problem) return authority
      return TARGET.test(target) ? `${scheme}://${authority}${target}` : NO_TARGET
    }
    default: // `@status` is for responses
      return UNKNOWN
  }
}

/** Section 2.2.6, as received: dot segments and other aliases are the router's to refuse, not the signer's to mend. */
function pathOf(target: string): string | Problem {
  if (!TARGET.test(target)) return NO_TARGET
  const end = target.indexOf('?')
  return end < 0 ? target : target.slice(0, end)
}

/** Section 2.2.7: the question mark is there in any case. */
function queryOf(target: string): string | Problem {
  if (!TARGET.test(target)) return NO_TARGET
  const start = target.indexOf('?')
  return start < 0 ? '?' : target.slice(start)
}

/** Section 2.5: a line break would forge a line of the base, and the base is ASCII. */
function line(value: string): string | Problem {
  const text = trimmed(value)
  if (FIELD_TEXT.test(text)) return text
  const whole = unfolded(text)
  return FIELD_TEXT.test(whole) ? whole : NOT_ASCII
}

/** Section 2.1: obsolete line folding (RFC 9112 section 5.2) is one blank. Any other line break stays, to be refused. */
function unfolded(value: string): string {
  const lines = value.split('\r\n')
  return lines.every((text, i) => i === 0 || isBlank(text.charCodeAt(0))) ? lines.map(trimmed).join(' ') : value
}

function trimmed(value: string): string {
  // A loop from each end: /[ \t]+$/ would start again at every blank inside.
  let end = value.length
  while (end > 0 && isBlank(value.charCodeAt(end - 1))) end--
  let start = 0
  while (start < end && isBlank(value.charCodeAt(start))) start++
  return value.slice(start, end)
}

/** RFC 9110 section 5.6.3: optional whitespace is blanks and tabs. */
function isBlank(code: number): boolean {
  return code === SPACE || code === TAB
}

const problem = (why: string): Problem => new Problem(`signature base: ${why}`)
const ABSENT = problem('a covered component is absent')
const UNKNOWN = problem('a derived component is unknown')
const INAPPLICABLE = problem('a component has a parameter that cannot apply to it')
const NOT_STRUCTURED = problem('a covered field is not the structured field it is taken for')
const NOT_ASCII = problem('a covered value holds a control character or more than ASCII')
const NOT_BYTES = problem('a covered field holds a line break or what is not a byte')
const NO_METHOD = problem('the method is not a token')
const NO_TARGET = problem('the request target is not in origin-form')

const AT = 0x40
const SPACE = 0x20
const TAB = 0x09
const METHOD = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/
/** Origin-form: a fragment is not part of it (RFC 9112 section 3.2.1). */
const TARGET = /^\/[\x21\x22\x24-\x7e]*$/
const FIELD_TEXT = /^[\t\x20-\x7e]*$/
/** RFC 9110 section 5.5: what no field value holds, and what is no byte. */
const FIELD_BYTES = /^[^\0\r\n\u0100-\uffff]*$/
