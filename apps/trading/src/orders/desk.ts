import type { EncryptedDatabase } from '@ringfence/encrypted-sqlite'
import type { Clock } from '@ringfence/guard'
import { deepStrict, type ExecutionGate, executionGate, type StrictSchema } from '@ringfence/validation'
import { createHaltStore, type HaltStore } from '../store/halt-store.ts'
import { createIdempotencyStore, type IdempotencyStore } from '../store/idempotency-store.ts'
import { createInstrumentStore, type InstrumentStore } from '../store/instrument-store.ts'
import { createOrderStore, type OrderStore } from '../store/order-store.ts'
import { createTrail, type Trail } from '../store/trail.ts'
import type { Venue } from '../venues/venue.ts'
import type { OrderLimits } from './order-limits.ts'
import type { OrderRequest, OrderStatus } from './order.ts'
import { GATE_RULES, type OrderRule } from './order-rules.ts'
import { ORDER_SCHEMA } from './order-schema.ts'
import type { OrderState } from './order-state.ts'

/** What happened to an order. Nothing else about it is ever reported. */
export interface OrderEvent {
  readonly orderId: string
  readonly accountId: string
  readonly status: OrderStatus
}

/** What a desk is made of. */
export interface DeskOptions {
  readonly db: EncryptedDatabase
  readonly trailKey: string
  readonly venue: Venue
  readonly accountId: string
  readonly limits: OrderLimits
  readonly clock: Clock
  /** Cryptographically random bytes. */
  readonly random: (size: number) => Uint8Array
  readonly report: (event: OrderEvent) => void
}

/** Where orders of one account are placed, cancelled and settled: state and dependencies of the verbs beside this file. */
export interface Desk extends Omit<DeskOptions, 'trailKey'> {
  readonly orders: OrderStore
  readonly instruments: InstrumentStore
  readonly halts: HaltStore
  readonly idempotency: IdempotencyStore
  readonly trail: Trail
  /** Validates at the boundary; only what it validated passes the gate. */
  readonly schema: StrictSchema<OrderRequest>
  /** Judges again, by what is true at the moment of execution. */
  readonly gate: ExecutionGate<OrderRequest, OrderState, OrderRule>
  /** Orders that are being talked about with the venue right now: one conversation per order. */
  readonly busy: Map<string, Promise<unknown>>
}

export function createDesk({ trailKey, ...options }: DeskOptions): Desk {
  const { db, clock } = options
  const schema: StrictSchema<OrderRequest> = deepStrict(ORDER_SCHEMA, { clock })
  const trail = createTrail(db, trailKey)
  return {
    ...options,
    schema,
    gate: executionGate({ schema, maxAgeMs: VALIDATION_MS, rules: GATE_RULES }),
    trail,
    orders: createOrderStore(db, trail),
    instruments: createInstrumentStore(db),
    halts: createHaltStore(db, trail),
    idempotency: createIdempotencyStore(db),
    busy: new Map(),
  }
}

/** How long after its validation an order may still go to the venue (ms). */
const VALIDATION_MS = 5_000
