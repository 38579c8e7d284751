import { createEgress, destinationsOf, type Egress, type EgressOptions } from '@ringfence/egress'
import { RingfenceError } from '@ringfence/errors'
import { decimal, deepStrict, parseJson, type StrictSchema, symbol } from '@ringfence/validation'
import * as z from 'zod'
import type { Venue, VenueStatus } from './venue.ts'

/**
 * A venue reached over HTTPS: `GET /instruments`, and `PUT`, `GET` and `DELETE /orders/{orderId}` below its URL. The order
 * id in the path makes submitting idempotent. Whatever does not answer in exactly the expected form has not answered:
 * a response is input like any other (policy TR-03), and nothing of it is believed in part.
 *
 * @param url with https, or with http to a loopback address
 * @param trust certificates of a private authority, for tests
 * @throws RingfenceError `option_invalid`
 */
export function createHttpsVenue(url: string, trust: Pick<EgressOptions, 'ca'> = {}): Venue {
  const base = new URL(url)
  const root = base.origin + base.pathname.replace(/\/$/, '')
  const egress = createEgress({ ...destinationsOf([url]), ...trust, contentTypes: ['application/json'], ...LIMITS })
  const order = (orderId: string): string => `${root}/orders/${orderId}`

  const standing = async (orderId: string, method: 'GET' | 'DELETE', signal: AbortSignal): Promise<VenueStatus> => {
    const answer = await ask(egress, order(orderId), { method, signal }, KNOWN_ORDER, [200, 404])
    return answer === undefined ? 'missing' : own(answer, orderId).status
  }
  return {
    name: base.host,
    settleMs: 30_000,
    async instruments(signal) {
      const answer = await ask(egress, `${root}/instruments`, { signal }, INSTRUMENTS, [200])
      return answer?.items ?? noAnswer()
    },
    async submit({ orderId, symbol, side, type, quantity, limitPrice }, signal) {
      const body = JSON.stringify({ symbol, side, type, quantity, limitPrice })
      const init = { method: 'PUT', headers: { 'content-type': 'application/json' }, body, signal }
      const answer = await ask(egress, order(orderId), init, SUBMITTED_ORDER, [200, 201])
      return own(answer ?? noAnswer(), orderId).status
    },
    cancel: (orderId, signal) => standing(orderId, 'DELETE', signal),
    status: (orderId, signal) => standing(orderId, 'GET', signal),
    async ready(signal) {
      await ask(egress, `${root}/instruments`, { signal }, INSTRUMENTS, [200])
    },
    close: () => egress.close(),
  }
}

/** Asks, and answers what the schema lets through; undefined for a 404 among the expected. */
async function ask<T>(
  egress: Egress,
  url: string,
  init: Parameters<Egress['fetch']>[1],
  schema: StrictSchema<T>,
  expected: readonly number[],
): Promise<T | undefined> {
  const { status, bytes } = await egress.fetch(url, init)
  if (!expected.includes(status)) return noAnswer()
  if (status === 404) return undefined
  const json = parseJson(bytes, { bytes: LIMITS.maxBytes, elements: 20_000 })
  const verdict = json.ok ? schema.validate(json.value) : json
  return verdict.ok ? verdict.value : noAnswer()
}

/** An answer about another order is no answer about this one. */
function own<T extends { readonly orderId: string }>(answer: T, orderId: string): T {
  return answer.orderId === orderId ? answer : noAnswer()
}

function noAnswer(): never {
  throw new RingfenceError('egress_failed', 'the venue did not answer in the expected form')
}

const LIMITS = { deadlineMs: 5_000, maxBytes: 262_144, maxConcurrent: 256 }

const ORDER_ID = z
  .string()
  .max(32, { abort: true })
  .regex(/^[0-9a-f]{32}$/)
const AMOUNT = decimal({ scale: 18, max: '1000000000000' })

const SUBMITTED_ORDER = deepStrict(z.strictObject({ orderId: ORDER_ID, status: z.enum(['accepted', 'rejected']) }))

const KNOWN_ORDER = deepStrict(
  z.strictObject({ orderId: ORDER_ID, status: z.enum(['accepted', 'rejected', 'cancelled']) }),
)

const INSTRUMENTS = deepStrict(
  z.strictObject({
    items: z
      .array(
        z.strictObject({
          symbol: symbol(),
          tick: AMOUNT,
          step: AMOUNT,
          minQuantity: AMOUNT,
          maxQuantity: AMOUNT,
          minNotional: AMOUNT,
          maxNotional: AMOUNT,
          referencePrice: AMOUNT,
          trading: z.boolean(),
        }),
      )
      .max(1_000),
  }),
)
