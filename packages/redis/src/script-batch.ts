import { RingfenceError } from '@ringfence/errors'
import { ErrorReply } from 'redis'
import { refused, unavailable, type RedisArgument, type RedisReply } from './reply.ts'
import { evaluate, type LoadedScript } from './script.ts'
import type { Transport } from './transport.ts'

/** Gathers the calls of one script during one turn of the event loop and sends those of one slot as one command. */
export class ScriptBatch {
  readonly #transport: Transport
  readonly #script: LoadedScript
  readonly #most: number
  readonly #shared: boolean
  /** What every call looks like. */
  #shape: { readonly keys: number; readonly args: number } | undefined
  #calls: Call[] = []

  /**
   * @param most calls in one command; more than 64 would keep Redis from other clients for too long at a time
   * @param shared whether arguments that are the same for all calls are sent once
   */
  constructor(transport: Transport, script: LoadedScript, most: number, shared: boolean) {
    if (!(Number.isInteger(most) && most >= 1 && most <= 64)) throw invalid('batch must be a whole number from 1 to 64')
    this.#transport = transport
    this.#script = script
    this.#most = most
    this.#shared = shared
  }

  run(keys: readonly RedisArgument[], args: readonly RedisArgument[], ms: number): Promise<RedisReply> {
    this.#shape ??= { keys: keys.length, args: args.length }
    if (keys.length !== this.#shape.keys || args.length !== this.#shape.args) {
      return Promise.reject(invalid('all calls of a batch need the same number of keys and of arguments'))
    }
    return new Promise((resolve, reject) => {
      const slot = this.#transport.slotOf(keys)
      if (this.#calls.length === 0) setImmediate(() => this.#flush())
      this.#calls.push({ keys, args, ms, slot, resolve, reject })
    })
  }

  #flush(): void {
    const calls = this.#calls
    this.#calls = []
    const groups = new Map<number, Call[]>()
    for (const call of calls) {
      const group = groups.get(call.slot)
      if (group === undefined || group.length === this.#most) {
        if (group !== undefined) void this.#send(group)
        groups.set(call.slot, [call])
      } else group.push(call)
    }
    for (const group of groups.values()) void this.#send(group)
  }

  async #send(calls: readonly Call[]): Promise<void> {
    const ms = Math.max(...calls.map((call) => call.ms))
    for (const call of calls) if (call.ms < ms) hurry(call)
    const keys = calls.flatMap((call) => call.keys)
    const args = this.#shared && haveSameArguments(calls) ? calls[0]!.args : calls.flatMap((call) => call.args)
    try {
      const replies = await evaluate(this.#transport, this.#script, keys, args, ms, calls[0]!.slot)
      const each = Array.isArray(replies) ? replies.length / calls.length : 0
      if (!Number.isInteger(each) || each === 0) throw unavailable('a script answered nonsense')
      const list = replies as readonly RedisReply[]
      for (const [i, call] of calls.entries()) {
        const reply = each === 1 ? list[i]! : list.slice(i * each, (i + 1) * each)
        if (reply instanceof ErrorReply) call.reject(refused(reply))
        else call.resolve(reply)
      }
    } catch (error) {
      for (const call of calls) call.reject(error)
    }
  }
}

function invalid(why: string): RingfenceError {
  return new RingfenceError('option_invalid', `script: ${why}`)
}

interface Call {
  readonly keys: readonly RedisArgument[]
  readonly args: readonly RedisArgument[]
  readonly ms: number
  readonly slot: number
  readonly resolve: (reply: RedisReply) => void
  readonly reject: (reason: unknown) => void
}

function haveSameArguments(calls: readonly Call[]): boolean {
  const { args: first } = calls[0]!
  return calls.every(({ args }) => args.every((arg, i) => arg === first[i]))
}

/** A call with less time left than the others of its batch keeps its own deadline. */
function hurry({ ms, reject }: Call): void {
  setTimeout(() => setImmediate(() => reject(unavailable(`no answer within ${Math.round(ms)} ms`))), ms)
}
