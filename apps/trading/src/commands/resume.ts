import * as events from '../events.ts'
import { createHaltStore, EVERYTHING } from '../store/halt-store.ts'
import { createTrail } from '../store/trail.ts'
import type { OperatorCommand } from './command.ts'
import { subject } from './halt.ts'

/** Lifts the halt of one instrument, or every halt there is. What the venue has halted stays halted. */
export const resume: OperatorCommand = {
  name: 'resume',
  operands: '[SYMBOL | --all]',
  summary: 'Takes orders again: for an instrument, or without one for everything that was halted.',
  run(words, { db, trailKey, clock, logger }) {
    const symbol = subject(words)
    const halts = trailKey.use((key) => createHaltStore(db, createTrail(db, key)))
    const resumed = db
      .transaction(() => {
        const wanted = symbol === EVERYTHING ? halts.list() : [symbol]
        return wanted.filter((one) => halts.resume(one, clock.now()))
      })
      .immediate()
    for (const one of resumed) logger.warn(events.tradingResumed({ symbol: one, changed: true }))
    if (resumed.length === 0) logger.warn(events.tradingResumed({ symbol, changed: false }))
    const left = halts.list()
    if (left.length > 0) logger.warn(events.stillHalted({ symbols: left.join(', ') }))
    return 0
  },
}
