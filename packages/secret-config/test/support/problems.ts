import { RingfenceError } from '@ringfence/errors'

/** The message of the configuration error that `load` must throw. */
export function problemsOf(load: () => unknown): string {
  try {
    load()
  } catch (error) {
    if (error instanceof RingfenceError && error.code === 'config_invalid') return error.message
    throw error
  }
  throw new Error('the configuration was accepted')
}
