/** What can be traded, and between which bounds. Amounts are decimal strings; prices are in the quote currency. */
export interface Instrument {
  readonly symbol: string
  /** Prices are multiples of this. */
  readonly tick: string
  /** Quantities are multiples of this. */
  readonly step: string
  readonly minQuantity: string
  readonly maxQuantity: string
  readonly minNotional: string
  readonly maxNotional: string
  /** The last known price: market orders are measured with it. */
  readonly referencePrice: string
  /** False while the venue takes no orders for it. */
  readonly trading: boolean
}
