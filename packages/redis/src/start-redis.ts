import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RingfenceError } from '@ringfence/errors'

export interface StartRedisOptions {
  /** The program to run; `valkey-server` works too. */
  readonly binary?: string
  /** More arguments, e.g. `['--maxmemory-policy', 'allkeys-lru']`. */
  readonly args?: readonly string[]
  /** Listen on this TCP port of 127.0.0.1 too. */
  readonly port?: number
  /** Keep the state in this folder, so that a later server can take it over; else a folder that `stop` removes. */
  readonly directory?: string
}

/** A private server of one test. */
export interface RedisServer {
  /** For `connectRedis`: a unix socket nobody else knows. */
  readonly url: string
  readonly socket: string
  readonly directory: string
  readonly pid: number
  /** Freezes the server (SIGSTOP): it accepts connections and answers nothing. */
  pause(): void
  resume(): void
  /** Kills the server by its pid and waits for its end. Keeps the folder if the caller gave it. */
  stop(): Promise<void>
}

/**
 * Starts a private redis-server on a unix socket in a temporary folder; it dies with the test process, unless that is killed.
 *
 * @example
 * ```ts
 * const server = await startRedis()
 * const redis = await connectRedis({ url: server.url })
 * server.pause() // from here on every call answers redis_unavailable in time
 * ```
 */
export async function startRedis(options: StartRedisOptions = {}): Promise<RedisServer> {
  const binary = options.binary ?? 'redis-server'
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'ringfence-redis-')))
  const socket = join(directory, 'redis.sock')
  const child = spawn(
    binary,
    [
      '--port',
      String(options.port ?? 0),
      '--bind',
      '127.0.0.1',
      '--unixsocket',
      socket,
      '--unixsocketperm',
      '700',
      '--dir',
      directory,
      '--save',
      '',
      '--appendonly',
      'no',
      '--daemonize',
      'no',
      ...(options.args ?? []),
    ],
    { stdio: ['ignore', 'ignore', 'ignore'] },
  )
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  const stop = async (): Promise<void> => {
    process.off('exit', kill)
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await ended
    if (options.directory === undefined) await rm(directory, { recursive: true, force: true })
  }
  try {
    await spawned(child, binary)
    await listening(child, socket)
  } catch (error) {
    if (child.pid !== undefined) await stop()
    throw error
  }
  return {
    url: `unix://${socket}`,
    socket,
    directory,
    pid: child.pid!,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    stop,
  }
}

function spawned(child: ChildProcess, binary: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', () =>
      reject(
        new RingfenceError(
          'redis_unavailable',
          `startRedis: ${binary} cannot be run: install Redis 7 (apt-get install redis-server)`,
        ),
      ),
    )
  })
}

/** Waits until the socket answers PING. */
async function listening(child: ChildProcess, socket: string): Promise<void> {
  const until = performance.now() + START_MS
  while (!(await answers(socket))) {
    if (child.exitCode !== null || performance.now() > until) {
      throw new RingfenceError('redis_unavailable', 'startRedis: the server did not start; check its arguments')
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path })
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.write('PING\r\n'))
    socket.once('data', (data) => {
      socket.destroy()
      // NOAUTH is an answer too.
      resolve(/^[+-](PONG|NOAUTH)/.test(data.toString('latin1')))
    })
  })
}

/** How long a server may take to start (ms). */
const START_MS = 10_000
