import type { Instrument } from '../../../src/orders/instrument.ts'
import type { HaltStore } from '../../../src/store/halt-store.ts'
import type { InstrumentStore } from '../../../src/store/instrument-store.ts'
import { PAPER_INSTRUMENTS } from '../../../src/venues/paper-venue.ts'
import type { VirtualClock } from '../../desk-fixture.ts'
import type { Change } from './case.ts'

/** The instruments of the paper venue, BTC-EUR changed. */
export function instruments(change: Partial<Instrument> = {}): Instrument[] {
  return PAPER_INSTRUMENTS.map((one) => (one.symbol === 'BTC-EUR' ? { ...one, ...change } : one))
}

export function applyChange(
  to: { readonly halts: HaltStore; readonly instruments: InstrumentStore; readonly clock: VirtualClock },
  { halt, instrument, wait = 0 }: Change,
): void {
  if (halt !== undefined) to.halts.halt(halt, to.clock.now())
  if (instrument !== undefined) to.instruments.replace(instruments(instrument))
  to.clock.time += wait
}
