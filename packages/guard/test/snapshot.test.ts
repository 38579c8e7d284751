import { expect, test, vi } from 'vitest'
import { DenyError } from '../src/index.ts'
import { requestOf } from './requests.ts'

test('duplicate fields stay visible and in order, names are matched in lower case', () => {
  const request = requestOf({ rawHeaders: ['X-A', '1', 'x-b', '2', 'x-a', '3, 4', '__proto__', '5'] })
  expect(request.header('x-a')).toEqual(['1', '3, 4'])
  expect(request.header('x-b')).toEqual(['2'])
  expect(request.header('constructor')).toEqual([])
  expect(request.header('__proto__')).toEqual(['5'])
})

test('the body is read once, and later readers are held to their own limit', async () => {
  const read = vi.fn(async () => new Uint8Array(5))
  const request = requestOf({ read })
  const [first, second] = await Promise.all([request.body(9), request.body(9)])
  expect(first).toBe(second)
  expect(await request.body(5)).toBe(first)
  expect(() => request.body(4)).toThrowError(DenyError)
  expect(read).toHaveBeenCalledTimes(1)
})

test('a snapshot cannot be changed', () => {
  const request = requestOf()
  expect(Object.isFrozen(request)).toBe(true)
  expect(() => Object.assign(request, { target: '/other' })).toThrowError(TypeError)
})

test('the signal is made only when somebody asks', () => {
  const signal = vi.fn(() => AbortSignal.abort())
  const request = requestOf({ signal })
  expect(signal).not.toHaveBeenCalled()
  expect(request.signal).toBe(request.signal)
  expect(signal).toHaveBeenCalledTimes(1)
})
