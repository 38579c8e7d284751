import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { verifies, violates } from '@ringfence/policy'
import type { Source } from '@ringfence/secret-config'
import { expect, onTestFinished, test } from 'vitest'
import { toolServerConfig } from '../src/config/tool-server-config.ts'
import {
  type Deployment,
  envOf,
  otherWaysIn,
  otherWaysOut,
  type Part,
  powers,
  readDeployment,
  secretsInVariables,
  weaknesses,
} from './support/deployment.ts'

/** The deployment with one thing changed. */
function planted(change: (deployment: Deployment, pod: Part, app: Part) => void): Deployment {
  const copy = structuredClone(readDeployment())
  const pod = copy.deployment.spec.template.spec
  change(copy, pod, pod.containers[0])
  return copy
}

const setEnv = (app: Part, name: string, value: string): void => {
  app.env = [...app.env.filter((one: Part) => one.name !== name), { name, value }]
}

verifies('TS-15/manifests', 'the manifests deploy no way in but the tunnel and the probes', () => {
  expect(otherWaysIn(readDeployment())).toEqual([])
})
violates('TS-15/manifests', 'each other way in is caught', () => {
  const waysIn: readonly Parameters<typeof planted>[0][] = [
    ({ kustomization }) => kustomization.resources.push('service.yaml'),
    (_, pod) => (pod.hostNetwork = true),
    (_, _pod, app) => app.ports.push({ containerPort: 7102 }),
    (_, _pod, app) => (app.ports[0].hostPort = 8081),
    (_, _pod, app) => setEnv(app, 'TOOLS_HOST', '0.0.0.0'),
    ({ networkPolicy }) => networkPolicy.spec.ingress.push({}),
    ({ networkPolicy }) => networkPolicy.spec.ingress[0].ports.push({ protocol: 'TCP', port: 7102 }),
    ({ networkPolicy }) => (networkPolicy.spec.policyTypes = ['Egress']),
    ({ networkPolicy }) => (networkPolicy.spec.podSelector = { matchLabels: { app: 'other' } }),
    ({ cloudflared }) => (cloudflared.ingress[0].service = 'http://127.0.0.1:8081'),
    ({ cloudflared }) => cloudflared.ingress.pop(),
    ({ cloudflared }) => (cloudflared.metrics = '0.0.0.0:2000'),
  ]
  expect(waysIn.map((way) => otherWaysIn(planted(way)).length)).toEqual(waysIn.map(() => 1))
})

test('the policy lets out to names, the public network and Redis alone; anything wider is caught', () => {
  expect(otherWaysOut(readDeployment())).toEqual([])
  const wider: readonly Parameters<typeof planted>[0][] = [
    ({ networkPolicy }) => networkPolicy.spec.egress.push({}),
    ({ networkPolicy }) => (networkPolicy.spec.egress[1].to[0].ipBlock.except = []),
    ({ networkPolicy }) => networkPolicy.spec.egress[1].ports.push({ protocol: 'TCP', port: 80 }),
    ({ networkPolicy }) => (networkPolicy.spec.egress[2].to[0].ipBlock.cidr = '10.0.0.0/8'),
    ({ networkPolicy }) => delete networkPolicy.spec.egress[2].ports,
  ]
  expect(wider.map((way) => otherWaysOut(planted(way)).length)).toEqual(wider.map(() => 1))
})

verifies('TS-15/zone', 'the zone requires TLS 1.2 or later and https always', () => {
  expect(weaknesses(readDeployment())).toEqual([])
})
violates('TS-15/zone', 'a weaker zone is caught', () => {
  for (const version of ['1.0', '1.1', 1.2, undefined]) {
    expect(weaknesses(planted(({ zone }) => (zone.settings.min_tls_version = version)))).toEqual(['TLS 1.2 or later'])
  }
  expect(weaknesses(planted(({ zone }) => (zone.settings.always_use_https = 'off')))).toEqual(['https always'])
})

verifies('TS-19/storage', 'the pod has nothing to write to and no power to spare', () => {
  expect(powers(readDeployment())).toEqual([])
})
violates('TS-19/storage', 'a writable place or a power is caught', () => {
  const changes: readonly Parameters<typeof planted>[0][] = [
    (_, _pod, app) => (app.securityContext = { ...app.securityContext, readOnlyRootFilesystem: false }),
    (_, pod) => (pod.containers[1].securityContext = undefined),
    (_, pod) => pod.volumes.push({ name: 'state', emptyDir: {} }),
    (_, pod) => pod.volumes.push({ name: 'claim', persistentVolumeClaim: { claimName: 'x' } }),
    (_, _pod, app) => (app.volumeMounts[0].readOnly = false),
    (_, pod) => (pod.volumes[0].secret.defaultMode = 0o644),
    (_, pod) => (pod.automountServiceAccountToken = true),
    (_, pod) => (pod.securityContext.runAsUser = 0),
    ({ kustomization }) => (kustomization.images[0].digest = undefined),
  ]
  for (const change of changes) expect(powers(planted(change)).length).toBeGreaterThan(0)
})

verifies('TS-11/mounted', 'the manifests hand every secret to the app as a mounted file', () => {
  expect(secretsInVariables(readDeployment())).toEqual([])
})
violates('TS-11/mounted', 'a secret in a variable is caught', () => {
  const value = randomBytes(32).toString('hex')
  expect(secretsInVariables(planted((_, _pod, app) => setEnv(app, 'LOG_FINGERPRINT_KEY', value)))).toEqual([
    'LOG_FINGERPRINT_KEY',
  ])
  const reference = { name: 'REDIS_URL', valueFrom: { secretKeyRef: { name: 'tool-server', key: 'REDIS_URL' } } }
  expect(secretsInVariables(planted((_, _pod, app) => app.env.push(reference)))).toEqual(['REDIS_URL'])
})

test('the app accepts the variables of the manifest as a production configuration', () => {
  const { LOG_FINGERPRINT_KEY_FILE: file, ...variables } = envOf(readDeployment().deployment)
  expect(file).toBe('/run/secrets/tool-server/LOG_FINGERPRINT_KEY')
  const given = new Map(Object.entries({ ...variables, LOG_FINGERPRINT_KEY: randomBytes(32).toString('hex') }))
  const manifest: Source = {
    name: 'manifest',
    read: () => ({
      present: true,
      names: [...given.keys()],
      values: new Map([...given].map(([name, value]) => [name, { value, source: 'manifest' }])),
      problems: [],
    }),
  }
  const config = toolServerConfig(true, [manifest])
  expect(config).toMatchObject({ TOOLS_PROBE_PORT: 8081, TOOLS_TRUSTED_PROXIES: ['127.0.0.1/32'], production: true })
})

test('the tunnel serves the paths that the app has, and no other', () => {
  const { cloudflared, deployment } = readDeployment()
  const paths = new RegExp(cloudflared.ingress[0].path as string)
  const { pathname } = new URL(envOf(deployment)['TOOLS_RESOURCE']!)
  expect([pathname, `/.well-known/oauth-protected-resource${pathname}`].every((path) => paths.test(path))).toBe(true)
  expect(['/healthz', '/readyz', '/', '/mcp/x', '/x/mcp'].some((path) => paths.test(path))).toBe(false)
})

test('what is for tests only is in no package: not the development OAuth server, not its fixtures', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tools-pack-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  cpSync(new URL('../package.json', import.meta.url), join(folder, 'package.json'))
  const built = ['main.js', 'main.js.map', 'conformance.js', 'conformance.js.map', 'conformance.d.ts']
  const sources = ['src/main.ts', 'conformance/main.ts', 'dev/main.ts', 'test/main.test.ts', '.env']
  for (const path of [...built.map((name) => `dist/${name}`), ...sources]) {
    mkdirSync(join(folder, dirname(path)), { recursive: true })
    writeFileSync(join(folder, path), '')
  }
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as [{ files: { path: string }[] }]
  expect(packed.files.map(({ path }) => path).toSorted()).toEqual(['dist/main.js', 'dist/main.js.map', 'package.json'])
})

test('the image is what that package and its dependencies are', () => {
  const dockerfile = readFileSync(new URL('../deploy/Dockerfile', import.meta.url), 'utf8')
  const runtime = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '))
  expect(dockerfile).toContain('--filter @ringfence/tool-server --prod --legacy deploy /app')
  expect(runtime.match(/^(?:COPY|ADD) .*$/gm)).toEqual(['COPY --from=build --chown=0:0 /app /app'])
  expect(runtime).toMatch(/^USER 10001:10001$/m)
  expect(runtime).toMatch(/^CMD \["dist\/main\.js"\]$/m)
})

test('every file of deploy/ is known here', () => {
  const files = readdirSync(new URL('../deploy', import.meta.url), { recursive: true, encoding: 'utf8' })
  expect(files.filter((path) => /\.(?:ya?ml|json)$/.test(path)).toSorted()).toEqual([
    'cloudflare/zone.yaml',
    'kubernetes/cloudflared.yaml',
    'kubernetes/deployment.yaml',
    'kubernetes/kustomization.yaml',
    'kubernetes/namespace.yaml',
    'kubernetes/network-policy.yaml',
  ])
})
