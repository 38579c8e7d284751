/**
 * Reads the `for` nodes of a `Forwarded` field (RFC 7239 section 4), one per element, in order. The whole field must
 * follow the grammar: a quote left open by a client must not swallow what the proxy appended after it.
 *
 * @returns the address text of each element, undefined where it has none; or undefined when the field is malformed
 */
export function forwardedNodes(field: string): readonly (string | undefined)[] | undefined {
  const nodes: (string | undefined)[] = []
  let at = 0
  do {
    const element = readElement(field, at)
    if (element === undefined) return undefined
    nodes.push(element.node)
    at = element.end + 1
  } while (at <= field.length)
  return nodes
}

interface Element {
  readonly node: string | undefined
  /** Where the comma after the element, or the end of the field, is. */
  readonly end: number
}

function readElement(field: string, start: number): Element | undefined {
  const seen = new Set<string>()
  let node: string | undefined
  let at = start
  for (;;) {
    PAIR.lastIndex = at
    const match = PAIR.exec(field)
    if (match === null) return undefined
    const [whole, name = '', token, quoted = ''] = match
    const key = name.toLowerCase()
    if (seen.has(key)) return undefined // section 4: each parameter at most once per element
    seen.add(key)
    if (key === 'for') node = nodeAddress(token ?? quoted.replaceAll(/\\(.)/g, '$1'))
    at += whole.length
    if (at === field.length || field[at] === ',') return { node, end: at }
    if (field[at] !== ';') return undefined
    at++
  }
}

/** The address of a node: IPv6 stands in brackets, and a port may follow (section 6). */
function nodeAddress(node: string): string | undefined {
  const match = NODE.exec(node)
  return match?.[1] ?? match?.[2]
}

/** One `name=value` with optional white space around it: token or quoted-string of RFC 9110 section 5.6. */
const PAIR = /[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)=(?:([!#$%&'*+.^_`|~0-9A-Za-z-]+)|"((?:[^"\\]|\\.)*)")[ \t]*/y
const NODE = /^(?:([0-9.]+)|\[(?=[^:\]]*:)([0-9A-Fa-f:.]+)\])(?::(?:[0-9]{1,5}|_[A-Za-z0-9._-]+))?$/
