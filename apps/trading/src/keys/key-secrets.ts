import type { Secret } from '@ringfence/secret-config'
import type { TradingConfig } from '../config/trading-config.ts'

/** Every secret of these keys, those before a rotation too. */
export function keySecrets(records: TradingConfig['TRADING_API_KEYS']): Secret[] {
  return records.flatMap(({ secret, previous }) => (previous === undefined ? [secret] : [secret, previous.secret]))
}
