import type { GuardRequest } from '@ringfence/guard'

/**
 * Does the request declare JSON in UTF-8 and nothing around it? One Content-Type, `application/json` with at most a
 * `charset=utf-8` (RFC 8259 section 11 defines no parameter, clients send this one), and no Content-Encoding. What
 * `validBody` asks first, for guards that read a body of their own with `parseJson`.
 */
export function declaresJson(request: GuardRequest): boolean {
  const types = request.header('content-type')
  return types.length === 1 && JSON_UTF8.test(types[0]!) && request.header('content-encoding').length === 0
}

/** RFC 9110 section 8.3.1: type and parameter name ignore case, the value may be quoted. */
const JSON_UTF8 = /^application\/json(?:[ \t]*;[ \t]*charset=(?:utf-8|"utf-8"))?[ \t]*$/i
