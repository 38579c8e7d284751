import { RingfenceError } from '@ringfence/errors'
import type { Guarded } from './guarded.ts'

/** One registered route. */
export interface Route {
  /** `POST /v1/orders/:id` */
  readonly name: string
  readonly guarded: Guarded
}

/** The answer of {@link RouteTable.find}: a route, or the methods that this path does serve. */
export type Found = { readonly route: Route } | { readonly route: undefined; readonly methods: readonly string[] }

/**
 * Which path belongs to which route, decided once for all frameworks. Patterns are literal segments and `:name`
 * segments; two patterns that could match one path are refused, so that no order of registration matters.
 */
export class RouteTable {
  readonly #literal = new Map<string, Map<string, Route>>()
  readonly #patterns: { readonly segments: readonly string[]; readonly methods: Map<string, Route> }[] = []
  readonly #all: Route[] = []

  get all(): readonly Route[] {
    return this.#all
  }

  add(method: string, path: string, guarded: Guarded): void {
    const name = `${method} ${path}`
    if (!METHODS.has(method) || !PATTERN.test(path)) {
      throw new RingfenceError('route_invalid', `${name}: a route is GET, POST, PUT, PATCH or DELETE and ${SHAPE}`)
    }
    const segments = path.split('/')
    const rival = this.#all.find((one) => one.name.startsWith(`${method} `) && overlap(segments, segmentsOf(one)))
    if (rival !== undefined) {
      throw new RingfenceError('route_invalid', `${name} and ${rival.name} can match the same path`)
    }
    const route = { name, guarded }
    this.#all.push(route)
    this.#methodsOf(path, segments).set(method, route)
  }

  /** @param path the path of a canonical target, without its query */
  find(method: string, path: string): Found {
    const route = this.#literal.get(path)?.get(method) ?? this.#match(path, method)
    return route === undefined ? { route, methods: this.#methodsServed(path) } : { route }
  }

  #match(path: string, method: string): Route | undefined {
    if (this.#patterns.length === 0) return undefined
    const segments = path.split('/')
    // At most one pattern per method can match: add() refuses rivals.
    return this.#patterns.find((one) => one.methods.has(method) && overlap(one.segments, segments))?.methods.get(method)
  }

  #methodsServed(path: string): string[] {
    return [...METHODS].filter(
      (method) => (this.#literal.get(path)?.get(method) ?? this.#match(path, method)) !== undefined,
    )
  }

  #methodsOf(path: string, segments: readonly string[]): Map<string, Route> {
    const known = path.includes(':')
      ? this.#patterns.find((pattern) => pattern.segments.join('/') === path)?.methods
      : this.#literal.get(path)
    if (known !== undefined) return known
    const methods = new Map<string, Route>()
    if (path.includes(':')) this.#patterns.push({ segments, methods })
    else this.#literal.set(path, methods)
    return methods
  }
}

/** The methods a route can have. HEAD, OPTIONS and everything else get a 405. */
export const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])

function overlap(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((segment, i) => segment === b[i] || isParam(segment) || isParam(b[i]!))
}

function isParam(segment: string): boolean {
  return segment.startsWith(':')
}

function segmentsOf(route: Route): string[] {
  return route.name.slice(route.name.indexOf(' ') + 1).split('/')
}

const SHAPE = 'a path of literal and :name segments, e.g. /v1/orders/:id'
const PATTERN = /^\/$|^(?:\/(?:[A-Za-z0-9._~-]+|:[A-Za-z][A-Za-z0-9]*))+$/
