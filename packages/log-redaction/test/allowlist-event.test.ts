import { describe, expect, test } from 'vitest'
import { allowlistEvent } from '../src/index.ts'

const placed = allowlistEvent({
  event: 'order.placed',
  fields: { orderId: 'string', latencyMs: 'number', replayed: 'boolean', status: ['accepted', 'rejected'] },
})

describe('allowlistEvent', () => {
  test('keeps the listed fields and drops everything else', () => {
    const order = { orderId: 'o-1', status: 'accepted', limitPrice: '60000.50', notes: { anything: 1 } } as const
    expect(placed(order)).toEqual({ event: 'order.placed', orderId: 'o-1', status: 'accepted' })
  })

  test('a value of another kind is replaced by its type', () => {
    const odd = { orderId: { limitPrice: '1' }, latencyMs: '5', replayed: 1, status: 'filled' } as never
    expect(placed(odd)).toEqual({
      event: 'order.placed',
      orderId: '[object]',
      latencyMs: '[string]',
      replayed: '[number]',
      status: '[string]',
    })
  })

  test('text is bounded, the event frozen', () => {
    const event = placed({ orderId: 'x'.repeat(10_000) })
    expect(String(event['orderId']).length).toBeLessThan(300)
    expect(() => Object.assign(event, { limitPrice: 1 })).toThrow(TypeError)
  })

  test('an event needs a name of its own', () => {
    expect(() => allowlistEvent({ event: '', fields: {} })).toThrow(/name/)
    expect(() => allowlistEvent({ event: 'a', fields: { event: 'string' } })).toThrow(/event/)
  })
})
