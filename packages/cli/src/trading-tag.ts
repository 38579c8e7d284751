/** The application tag that the trading API's signatures carry (RFC 9421 section 2.3). */
export const TRADING_TAG = 'ringfence-trading'
