import { expect, test } from 'vitest'
import { allowlistEvent } from '../src/index.ts'

test('a field that is not listed, or of another kind, does not compile', () => {
  const placed = allowlistEvent({
    event: 'order.placed',
    fields: { orderId: 'string', status: ['accepted', 'rejected'] },
  })
  placed({ orderId: 'o-1', status: 'accepted' })
  // @ts-expect-error the price is not listed
  placed({ orderId: 'o-1', limitPrice: '60000.50' })
  // @ts-expect-error not one of the words
  placed({ status: 'filled' })
  // @ts-expect-error not text
  placed({ orderId: 1 })
  // @ts-expect-error not a kind
  allowlistEvent({ event: 'a', fields: { a: 'text' } })
  expect(placed({})).toEqual({ event: 'order.placed' })
})
