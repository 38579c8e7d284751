import { expect, test } from 'vitest'
import { open } from '../src/index.ts'
import { RouteTable } from '../src/route-table.ts'

const why = open('test')

function tableOf(...routes: string[]): RouteTable {
  const table = new RouteTable()
  for (const route of routes) {
    const space = route.indexOf(' ')
    table.add(route.slice(0, space), route.slice(space + 1), why)
  }
  return table
}

test('finds literal and parameter routes, and names the methods a path serves', () => {
  const table = tableOf('GET /', 'GET /a', 'POST /a', 'GET /a/:id', 'DELETE /a/:id', 'GET /a/:id/b')
  expect(table.find('POST', '/a')).toMatchObject({ route: { name: 'POST /a' } })
  expect(table.find('DELETE', '/a/7')).toMatchObject({ route: { name: 'DELETE /a/:id' } })
  expect(table.find('GET', '/a/7/b')).toMatchObject({ route: { name: 'GET /a/:id/b' } })
  expect(table.find('PUT', '/a/7')).toEqual({ route: undefined, methods: ['GET', 'DELETE'] })
  expect(table.find('GET', '/b')).toEqual({ route: undefined, methods: [] })
  expect(table.find('GET', '/a/7/c')).toEqual({ route: undefined, methods: [] })
})

test('a literal of one method does not hide a parameter of another', () => {
  const table = tableOf('GET /a/now', 'DELETE /a/:id')
  expect(table.find('DELETE', '/a/now')).toMatchObject({ route: { name: 'DELETE /a/:id' } })
  expect(table.find('PUT', '/a/now')).toEqual({ route: undefined, methods: ['GET', 'DELETE'] })
})

test.each([
  ['GET /a/:id', 'GET /a/now'],
  ['GET /a/:id', 'GET /a/:name'],
  ['GET /a', 'GET /a'],
])('refuses %s beside %s: order would decide', (first, second) => {
  expect(() => tableOf(first, second)).toThrowError(/can match the same path/)
})

test.each([
  'GET a',
  'GET /a/',
  'GET /a*',
  'GET /:a?',
  'GET /(a)',
  'GET /a b',
  'HEAD /a',
  'ALL /a',
  'get /a',
  'GET /%61',
])('refuses the pattern %s', (route) => expect(() => tableOf(route)).toThrowError(/a route is GET, POST/))
