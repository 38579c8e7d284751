// A slow gate: `node --conditions=@ringfence/source test/slow/ssh-door.ts`. Runs the files of deploy/ssh in a real sshd on
// loopback, before the real app, and prints what each attempt came to; exits 1 if one came to something else.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request, type RequestListener } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { type GeneratedApiKey, generateApiKey } from '@ringfence/hmac-auth'
import { signRequest } from '@ringfence/hmac-auth/client'
import { freePort } from '@ringfence/redis/testing'
import { developmentSettings, listening, start, until } from '../process-fixture.ts'

const user = userInfo().username
const folder = mkdtempSync(join(tmpdir(), 'trading-ssh-'))
const DENIED = 'Permission denied (publickey)'
const PASSWORDS = 'Permission denied (publickey,password,keyboard-interactive)'
const NO_WAY_BACK = 'remote port forwarding failed'

const children = new Set<ChildProcess>()
const expired = setTimeout(() => void finish('it took longer than three minutes'), 180_000)

/** A key pair made by ssh-keygen; answers the path of the private half. */
function sshKey(name: string): string {
  const path = join(folder, name)
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', path])
  return path
}

const publicKey = (path: string): string => readFileSync(`${path}.pub`, 'utf8').trim()

/** A line of the file we ship: only key, network and port are those of this run. */
function shipped(name: string, path: string, from: string): string {
  const line = shippedFile('authorized_keys')
    .split('\n')
    .find((one) => one.endsWith(` ${name}`))!
  return line.replace(/ssh-ed25519 .*/, publicKey(path)).replace(/from="[^"]*"/, `from="${from}"`)
}

/** A file of deploy/ssh, for the app's port and the user who runs this. */
function shippedFile(name: string): string {
  return readFileSync(new URL(`../../deploy/ssh/${name}`, import.meta.url), 'utf8')
    .replaceAll(':7101', `:${settings['TRADING_PORT']}`)
    .replaceAll('ringfence-tunnel', user)
    .replaceAll('/etc/ssh/authorized_keys.d', join(folder, 'keys'))
}

interface Door {
  readonly port: number
}

/** Starts sshd with this configuration beside what a test needs: own port, own host key, no system files. */
async function door(name: string, config: string): Promise<Door> {
  const port = await freePort()
  const file = join(folder, `${name}.conf`)
  writeFileSync(
    file,
    `Port ${port}\nListenAddress 127.0.0.1\nHostKey ${hostKey}\nPidFile none\nStrictModes no\n` +
      `PermitRootLogin prohibit-password\nSubsystem sftp internal-sftp\n${config}\n`,
  )
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', file], { stdio: 'ignore' })
  children.add(child)
  await until(() => answers(port))
  return { port }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** @param words options; after `--` a command, or with `-s` a subsystem */
function ssh(at: Door, key: string, ...words: string[]): ChildProcess {
  const end = words.includes('--') ? words.indexOf('--') : words.length
  const known = join(folder, `known-${at.port}`)
  writeFileSync(known, `[127.0.0.1]:${at.port} ${publicKey(hostKey)}\n`)
  const options = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    'ConnectTimeout=5',
    'ExitOnForwardFailure=yes',
    `UserKnownHostsFile=${known}`,
  ]
  const child = spawn(
    'ssh',
    [
      '-F',
      'none',
      '-p',
      String(at.port),
      '-i',
      key,
      ...options.flatMap((one) => ['-o', one]),
      ...words.slice(0, end),
      `${user}@127.0.0.1`,
      ...words.slice(end + 1),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], timeout: 15_000 },
  )
  children.add(child)
  return child
}

/** What a login came to, in a few words. */
async function outcome(child: ChildProcess): Promise<string> {
  let [output, errors] = ['', '']
  child.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString('latin1')))
  child.stderr!.on('data', (chunk: Buffer) => (errors += chunk.toString('latin1')))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code === 0) return `in: ${output.trim()}`.trim()
  if (/open failed|session request failed/.test(errors)) return 'no session'
  if (errors.includes('closed by remote host')) return 'closed'
  return (
    new RegExp(`${NO_WAY_BACK}|Permission denied \\([a-z,-]+\\)`).exec(errors)?.[0] ?? `ended with ${code}: ${errors}`
  )
}

/** Forwards a local port to a target and asks through it; answers the status, or that nobody did. */
async function through(at: Door, key: string, target: string, api: GeneratedApiKey): Promise<string> {
  const local = await freePort()
  const tunnel = ssh(at, key, '-N', '-L', `127.0.0.1:${local}:${target}`)
  let said = ''
  tunnel.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = once(tunnel, 'close')
  try {
    let open = false
    await Promise.race([until(async () => (open = await answers(local))), ended])
    if (!open) return /Permission denied \([a-z,-]+\)/.exec(said)?.[0] ?? 'no tunnel'
    return await ask(local, api)
  } finally {
    tunnel.kill('SIGTERM')
    await ended
  }
}

function ask(port: number, { id, secret }: GeneratedApiKey): Promise<string> {
  const authority = `localhost:${settings['TRADING_PORT']}`
  const signed = signRequest({
    method: 'GET',
    url: `http://${authority}/v1/account`,
    keyId: id,
    secret,
    tag: 'ringfence-trading',
  })
  return new Promise((resolve) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        path: '/v1/account',
        headers: { host: authority, ...signed },
        agent: false,
        timeout: 5_000,
      },
      (response) => {
        resolve(String(response.statusCode))
        response.resume()
      },
    )
    outgoing.on('error', () => resolve('no answer')).on('timeout', () => outgoing.destroy())
    outgoing.end()
  })
}

/** An attempt, and what it has to come to at the door as it is shipped, and at one without these files. */
type Attempt = readonly [what: string, run: (at: Door) => Promise<string>, shut: string, open: string]

/** What else may run on the machine: answers 200 to everything, on one port of two addresses and on a socket. */
async function otherService(path: string): Promise<number> {
  const answer: RequestListener = (_request, response) => void response.end()
  const first = createServer(answer).listen(0, '127.0.0.1')
  await once(first, 'listening')
  const { port: free } = first.address() as AddressInfo
  for (const place of [{ port: free, host: '127.0.0.12' }, { path }])
    await once(createServer(answer).listen(place), 'listening')
  return free
}

let failures = 0

/** Stops what was started, each by its pid, and ends. */
async function finish(problem?: string): Promise<never> {
  clearTimeout(expired)
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGTERM')
    await once(child, 'close')
  }
  rmSync(folder, { recursive: true, force: true })
  if (problem !== undefined) console.error(`ssh door: ${problem}`)
  process.exit(failures > 0 || problem !== undefined ? 1 : 0)
}

// sshd drops its rights into this folder; the package makes it when its service starts.
const root = process.getuid?.() === 0
if (root) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
mkdirSync(join(folder, 'keys'))
chmodSync(folder, 0o755)
const hostKey = sshKey('host')
const [alice, bob, elsewhere] = [sshKey('alice'), sshKey('bob'), sshKey('elsewhere')]
const [careless, stranger] = [sshKey('careless'), sshKey('stranger')]

const settings = await developmentSettings(folder, [])
const port = settings['TRADING_PORT']!
const pinned = (entry: string): GeneratedApiKey =>
  generateApiKey({ scope: 'read', allow: ['127.0.0.1/32'], entry: [`${entry}:${port}`] })
const [ofAlice, ofBob] = [pinned('127.0.0.11'), pinned('127.0.0.12')]
const app = start(folder, {
  ...settings,
  TRADING_HOST: '127.0.0.11,127.0.0.12',
  TRADING_API_KEYS: JSON.stringify([ofAlice, ofBob]),
})
children.add(app.child)

try {
  const lines = [
    shipped('alice', alice, '127.0.0.1'),
    shipped('bob', bob, '127.0.0.1'),
    shipped('bob', elsewhere, '203.0.113.7'),
    publicKey(careless), // a line that forgets everything: sshd_config is left
  ]
  writeFileSync(join(folder, 'keys', user), `${lines.join('\n')}\n`)
  const front = await door('front', shippedFile('sshd_config'))
  await listening(app)
  const [toAlice, toBob] = [`127.0.0.11:${port}`, `127.0.0.12:${port}`]
  await until(async () => (await through(front, alice, toAlice, ofAlice)) === '200')

  writeFileSync(join(folder, 'plain'), `${[alice, bob, elsewhere, careless].map(publicKey).join('\n')}\n`)
  const plain = await door('plain', `AuthorizedKeysFile ${join(folder, 'plain')}\nUsePAM no`)
  const socket = join(folder, 'other.sock')
  const others = await otherService(socket)

  const terminal = root ? `in: ${user}` : 'closed' // only root can hand out a terminal
  const attempts: readonly Attempt[] = [
    ['alice through her entry', (at) => through(at, alice, toAlice, ofAlice), '200', '200'],
    ['bob through his entry', (at) => through(at, bob, toBob, ofBob), '200', '200'],
    ["alice's API key through bob's entry", (at) => through(at, bob, toBob, ofAlice), '401', '401'],
    ['... for this reason', async () => reasonOfTheLast(), 'entry_not_allowed', 'entry_not_allowed'],
    ["bob's SSH key to alice's entry", (at) => through(at, bob, toAlice, ofAlice), 'no answer', '200'],
    ['to another port of his address', (at) => through(at, bob, `127.0.0.12:${others}`, ofBob), 'no answer', '200'],
    ['to another service by name', (at) => through(at, bob, `localhost:${others}`, ofBob), 'no answer', '200'],
    ['to a unix socket', (at) => through(at, bob, socket, ofBob), 'no answer', '200'],
    [
      'forwarding back',
      (at) => outcome(ssh(at, bob, '-R', '127.0.0.1:0:127.0.0.1:9', '--', 'true')),
      NO_WAY_BACK,
      'in:',
    ],
    ['a command', (at) => outcome(ssh(at, bob, '--', 'id -un')), 'no session', `in: ${user}`],
    ['a shell with a terminal', (at) => outcome(ssh(at, bob, '-tt', '--', 'id -un')), 'no session', terminal],
    ['sftp', (at) => outcome(ssh(at, bob, '-s', '--', 'sftp')), 'no session', 'in:'],
    [
      'a careless line, to another service',
      (at) => through(at, careless, `127.0.0.12:${others}`, ofBob),
      'no answer',
      '200',
    ],
    ['a careless line, a command', (at) => outcome(ssh(at, careless, '--', 'id -un')), 'no session', `in: ${user}`],
    ['a key that is not listed', (at) => outcome(ssh(at, stranger, '-N')), DENIED, PASSWORDS],
    ['a listed key from another network', (at) => outcome(ssh(at, elsewhere, '--', 'true')), DENIED, 'in:'],
    ['a password', (at) => outcome(ssh(at, bob, '-N', '-o', 'PubkeyAuthentication=no')), DENIED, PASSWORDS],
  ]
  console.log('the door as it is shipped, and one without these files')
  for (const [what, attempt, shut, open] of attempts) {
    const [here, there] = [await attempt(front), await attempt(plain)]
    const right = here === shut && there === open
    if (!right) failures++
    console.log(`  ${right ? 'ok   ' : `WRONG, not ${shut} and ${open}`} ${what}: ${here} | ${there}`)
  }
  await finish()
} catch (error) {
  await finish(error instanceof Error ? error.message : 'it failed')
}

function reasonOfTheLast(): string {
  const denied = app.lines.filter(({ event }) => event === 'request.denied').at(-1)
  const internal = denied?.['internal'] as { reason?: string } | undefined
  return internal?.reason ?? 'none'
}
