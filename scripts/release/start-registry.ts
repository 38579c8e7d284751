import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A Verdaccio on loopback, with a user who may publish. */
export interface RehearsalRegistry {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string
  /** An npm configuration that names this registry alone, with the token of the user who may publish. */
  readonly publisherConfig: string
  /** The same without a token, and an npm cache, for those who install. */
  readonly consumerConfig: string
  readonly consumerCache: string
  readonly stop: () => Promise<void>
}

/**
 * Starts a registry that nobody else can reach and that forgets everything with `folder`. Packages of ours exist only
 * here; everything else comes through from `uplink`.
 */
export async function startRegistry(folder: string, uplink: string, verdaccio: string): Promise<RehearsalRegistry> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/`
  const config = join(folder, 'verdaccio.yaml')
  writeFileSync(config, configuration(folder, uplink))
  const child = spawn(verdaccio, ['--config', config, '--listen', `127.0.0.1:${port}`], { stdio: ['ignore', 2, 2] })
  try {
    await answers(url, child)
    const names = `registry=${url}\n@ringfence:registry=${url}\n`
    const consumerConfig = join(folder, 'consumer.npmrc')
    writeFileSync(consumerConfig, names)
    const publisherConfig = join(folder, 'publisher.npmrc')
    writeFileSync(publisherConfig, `${names}//127.0.0.1:${port}/:_authToken=${await addUser(url)}\n`)
    return { url, publisherConfig, consumerConfig, consumerCache: join(folder, 'npm-cache'), stop: () => stop(child) }
  } catch (error) {
    await stop(child)
    throw error
  }
}

function configuration(folder: string, uplink: string): string {
  return [
    `storage: ${join(folder, 'storage')}`,
    `auth: { htpasswd: { file: ${join(folder, 'htpasswd')}, algorithm: bcrypt, rounds: 4 } }`,
    `uplinks: { upstream: { url: ${JSON.stringify(uplink)}, cache: true, maxage: 1h } }`,
    'packages:',
    "  '@ringfence/*': { access: $all, publish: $authenticated, unpublish: $authenticated }",
    "  '**': { access: $all, publish: $authenticated, proxy: upstream }",
    'log: { type: stdout, format: pretty, level: warn }',
    '',
  ].join('\n')
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`the registry ended with exit code ${child.exitCode}`)
    const ready = await fetch(`${url}-/ping`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (ready) return
    await sleep(100)
  }
  throw new Error('the registry did not answer within a minute')
}

async function addUser(url: string): Promise<string> {
  const response = await fetch(`${url}-/user/org.couchdb.user:rehearsal`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'rehearsal', password: crypto.randomUUID(), type: 'user' }),
  })
  const { token } = (await response.json()) as { token?: string }
  if (token === undefined) throw new Error(`the registry gave no token: ${response.status}`)
  return token
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}
