import type { EncryptedDatabase } from '@ringfence/encrypted-sqlite'
import type { Instrument } from '../orders/instrument.ts'
import type { Venue, VenueStatus } from './venue.ts'

/**
 * The embedded venue for practice: it takes every order for an instrument that trades, and never fills one. What it took
 * it has committed before it answers, in a transaction of its own, so it can be asked after a crash like a real one.
 */
export function createPaperVenue(db: EncryptedDatabase, instruments: readonly Instrument[] = PAPER_INSTRUMENTS): Venue {
  const find = db.prepare<{ status: VenueStatus }>(`select status from paper_venue where order_id = ?`)
  const insert = db.prepare(`insert into paper_venue (order_id, status) values (?, ?) on conflict do nothing`)
  const cancel = db.prepare(`update paper_venue set status = 'cancelled' where order_id = ? and status = 'accepted'`)
  const status = (orderId: string): VenueStatus => find.get(orderId)?.status ?? 'missing'
  return {
    name: 'paper',
    settleMs: 0, // it lives and dies with this process, so nothing is ever on its way
    instruments: async () => instruments,
    async submit(order) {
      const trading = instruments.some(({ symbol, trading }) => symbol === order.symbol && trading)
      insert.run(order.orderId, trading ? 'accepted' : 'rejected')
      return status(order.orderId) === 'rejected' ? 'rejected' : 'accepted'
    },
    async cancel(orderId) {
      cancel.run(orderId)
      return status(orderId)
    },
    status: async (orderId) => status(orderId),
    ready: async () => {},
  }
}

/** Invented prices: they only have to be plausible. */
export const PAPER_INSTRUMENTS: readonly Instrument[] = [
  instrument('BTC-EUR', { tick: '0.5', step: '0.0001', maxQuantity: '5', referencePrice: '60000' }),
  instrument('ETH-EUR', { tick: '0.05', step: '0.001', maxQuantity: '100', referencePrice: '2500' }),
  instrument('SOL-EUR', { tick: '0.01', step: '0.01', maxQuantity: '2000', referencePrice: '120' }),
]

function instrument(
  symbol: string,
  bounds: Pick<Instrument, 'tick' | 'step' | 'maxQuantity' | 'referencePrice'>,
): Instrument {
  return { symbol, ...bounds, minQuantity: bounds.step, minNotional: '5', maxNotional: '250000', trading: true }
}
