import { createHaltStore } from '../../../src/store/halt-store.ts'
import { createInstrumentStore } from '../../../src/store/instrument-store.ts'
import { openStore } from '../../../src/store/open-store.ts'
import { createTrail } from '../../../src/store/trail.ts'
import { createPaperVenue } from '../../../src/venues/paper-venue.ts'
import { type Answer, type AppFixture, appFixture, type Sent, send } from '../../app-fixture.ts'
import type { Change, Manipulation, Wire } from './case.ts'
import { applyChange, instruments } from './change.ts'
import { GOOD_ORDER } from './good-order.ts'

/** An app in the situation of the case. */
export async function appFor({ given = {} }: Manipulation): Promise<AppFixture> {
  const { limits, instrument, orders = [] } = given
  const app = await appFixture({
    venue: (db) => createPaperVenue(db, instruments(instrument)),
    ...(limits && { limits }),
  })
  const session = await app.session()
  for (const order of orders) {
    const placed = await app.call('POST', '/v1/orders', { session, body: { ...GOOD_ORDER, ...order } })
    if (placed.status !== 201) throw new Error(`not placed: ${placed.text}`)
  }
  return app
}

/** Sends the order of the case as a client would: signed, in a session. */
export async function atBoundary(app: AppFixture, attempt: Manipulation): Promise<Answer> {
  const { body, headers, given = {}, meanwhile, wire } = attempt
  const session = await app.session()
  const sent = app.sign('POST', '/v1/orders', {
    session,
    body: typeof body === 'string' ? body : { ...GOOD_ORDER, ...body },
    ...(headers && { headers }),
  })
  if (wire === 'sent twice') await send(app.port, sent)
  app.clock.time += given.signedMs ?? 0
  return send(app.port, altered(sent, wire), undefined, meanwhile && (() => beside(app, meanwhile)))
}

function altered(sent: Sent, wire: Wire | undefined): Sent {
  if (wire === 'another body under the same signature') return { ...sent, body: sent.body?.replace('0.01', '5.00') }
  if (wire === 'another session under the same signature') {
    return { ...sent, headers: { ...sent.headers, 'x-session-id': 'A'.repeat(43) } }
  }
  return sent
}

/** Changes what the app works on through a connection of its own, as another process would. */
function beside({ path, databaseKey, trailKey, clock }: AppFixture, change: Change): void {
  const db = openStore(path, databaseKey)
  const halts = trailKey.use((key) => createHaltStore(db, createTrail(db, key)))
  applyChange({ halts, instruments: createInstrumentStore(db), clock }, change)
  db.close()
}
