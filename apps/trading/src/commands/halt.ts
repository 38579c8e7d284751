import * as events from '../events.ts'
import { createHaltStore, EVERYTHING } from '../store/halt-store.ts'
import { createInstrumentStore } from '../store/instrument-store.ts'
import { createTrail } from '../store/trail.ts'
import { type OperatorCommand, UsageError } from './command.ts'

/**
 * Halts one instrument, or all trading. The next order is refused already: the execution gate reads the halts in the
 * transaction that would write it. Cancelling stays possible.
 */
export const halt: OperatorCommand = {
  name: 'halt',
  operands: '[SYMBOL | --all]',
  summary: 'Refuses new orders from now on: for an instrument, or without one for all.',
  run(words, { db, trailKey, clock, logger }) {
    const symbol = subject(words)
    const known = createInstrumentStore(db).list()
    if (symbol !== EVERYTHING && !known.some((instrument) => instrument.symbol === symbol)) {
      throw new UsageError(`the symbol must be one of ${known.map((instrument) => instrument.symbol).join(', ')}`)
    }
    const halts = trailKey.use((key) => createHaltStore(db, createTrail(db, key)))
    const changed = db.transaction(() => halts.halt(symbol, clock.now())).immediate()
    logger.warn(events.tradingHalted({ symbol, changed }))
    return 0
  },
}

/** The symbol that was typed; {@link EVERYTHING} for `--all`, and for nothing: what stops should not need many words. */
export function subject(words: readonly string[]): string {
  const [word = '--all', ...more] = words
  if (more.length > 0) throw new UsageError('at most one symbol is expected')
  if (word === '--all') return EVERYTHING
  if (word.startsWith('-')) throw new UsageError('the only option is --all')
  return word
}
