import { failureEvent, type Redactor } from '@ringfence/log-redaction'
import type { Logger } from 'pino'
import type { OutgoingSecrets } from './tool-server-config.ts'

/** The secrets that this server shows to others, as they are now. */
export interface LiveSecrets {
  readonly current: OutgoingSecrets
  /** Reads them again: all are exchanged at once, or none if one is wrong. Never throws. */
  reload(): void
  /** The same now and then, without a word while nothing changes: kubelet swaps mounted files without telling. */
  watch(): void
}

/**
 * Keeps secrets that can be exchanged while the process runs. One that is not found any more stays as it is: to take it
 * away is a change of the configuration, not a rotation.
 *
 * @param initial they may be part of a whole configuration
 * @param options.read from where they are kept
 */
export function liveSecrets(
  initial: OutgoingSecrets,
  options: { readonly redactor: Redactor; readonly logger: Logger; readonly read: () => OutgoingSecrets },
): LiveSecrets {
  const { redactor, logger, read } = options
  const current: Record<string, OutgoingSecrets[Name]> = Object.fromEntries(NAMES.map((name) => [name, initial[name]]))
  const exchange = (): readonly Name[] | undefined => {
    try {
      const found = read()
      const changed = NAMES.filter((name) => isOther(found[name], current[name]))
      redactor.register(changed.map((name) => found[name]!)) // before the first line that could hold one of them
      for (const name of changed) current[name] = found[name]
      return changed
    } catch (error) {
      logger.error({ ...failureEvent(error), event: 'secrets.reload_refused' })
      return undefined
    }
  }
  const tell = (changed: readonly Name[]): void => logger.info({ event: 'secrets.reloaded', changed })
  return {
    current,
    reload() {
      const changed = exchange()
      if (changed !== undefined) tell(changed)
    },
    watch() {
      const look = (): void => {
        const changed = exchange() ?? []
        if (changed.length > 0) tell(changed)
      }
      setInterval(look, WATCH_MS).unref()
    },
  }
}

type Name = keyof OutgoingSecrets

function isOther(found: OutgoingSecrets[Name], current: OutgoingSecrets[Name]): boolean {
  return found !== undefined && (current === undefined || !found.equals(current))
}

const NAMES: readonly Name[] = ['TOOLS_INTROSPECTION_CLIENT_SECRET', 'TOOLS_TRADING_KEY_SECRET']

/** As often as kubelet looks at a Secret. */
const WATCH_MS = 60_000
