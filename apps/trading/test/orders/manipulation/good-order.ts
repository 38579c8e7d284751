/** A good order for BTC-EUR as the paper venue describes it: tick 0.5, step 0.0001, reference price 60,000. */
export const GOOD_ORDER = {
  clientOrderId: 'm-1',
  symbol: 'BTC-EUR',
  side: 'buy',
  type: 'limit',
  quantity: '0.01',
  limitPrice: '60000',
} as const
