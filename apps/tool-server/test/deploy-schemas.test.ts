import { expect, test } from 'vitest'
import { cloudflaredFaults, kubernetesFaults, kustomizationFaults, zoneFaults } from './support/deploy-schemas.ts'
import { type Deployment, type Part, readDeployment } from './support/deployment.ts'

/** Documents after a change. */
function changed(change: (deployment: Deployment, app: Part) => void): Deployment {
  const copy = structuredClone(readDeployment())
  change(copy, copy.deployment.spec.template.spec.containers[0])
  return copy
}

test('every manifest is what the schemas of Kubernetes describe, and nothing else', async () => {
  const { deployment, networkPolicy, namespace } = readDeployment()
  expect(await kubernetesFaults({ deployment, networkPolicy, namespace })).toEqual([])
})

test('each planted mistake is caught: a misspelt field, a wrong type, a missing field, an unknown word or kind', async () => {
  const mistakes: readonly [(deployment: Deployment, app: Part) => void, RegExp][] = [
    [(_, app) => (app.securityContext.readOnlyRootFileSystem = true), /readOnlyRootFileSystem/],
    [(_, app) => (app.livenesProbe = app.livenessProbe), /livenesProbe/],
    [(_, app) => (app.ports[0].containerPort = '8081'), /containerPort must be integer/],
    [({ deployment }) => delete deployment.spec.selector, /selector/],
    [(_, app) => (app.ports[0].protocol = 'HTTP'), /protocol must be equal to one of/],
    [({ deployment }) => (deployment.apiVersion = 'apps/v2'), /apiVersion/],
    [({ deployment }) => (deployment.spec.template.spec.volumes[0].secret.defaultMode = '0400'), /defaultMode/],
    [({ deployment }) => (deployment.kind = 'Deploiment'), /kind/],
  ]
  const planted = Object.fromEntries(
    mistakes.map(([change], i) => [`mistake-${i}`, changed(change).deployment] as const),
  )
  const policy = changed(
    ({ networkPolicy }) => (networkPolicy.spec.egress[0].port = networkPolicy.spec.egress[0].ports),
  )
  const faults = await kubernetesFaults({ ...planted, policy: policy.networkPolicy })
  for (const [i, [, fault]] of mistakes.entries()) {
    expect(faults.filter((line) => line.startsWith(`mistake-${i}: `)).join('\n')).toMatch(fault)
  }
  expect(faults.filter((line) => line.startsWith('policy: ')).join('\n')).toMatch(/'?"?port"?'? does not exist/)
})

test('the tunnel, the zone and the kustomization have fields and values that exist', () => {
  const { cloudflared, zone, kustomization } = readDeployment()
  expect([...cloudflaredFaults(cloudflared), ...zoneFaults(zone), ...kustomizationFaults(kustomization)]).toEqual([])
})

test('each planted mistake in them is caught', () => {
  const tunnel = (change: (config: Part) => void): string[] =>
    cloudflaredFaults(changed(({ cloudflared }) => change(cloudflared)).cloudflared)
  const zone = (change: (settings: Part) => void): string[] =>
    zoneFaults(changed((all) => change(all.zone.settings)).zone)
  const kustomize = (change: (config: Part) => void): string[] =>
    kustomizationFaults(changed(({ kustomization }) => change(kustomization)).kustomization)
  const faults = [
    tunnel((config) => (config['grace_period'] = '15s')),
    tunnel((config) => (config['grace-period'] = 15)),
    tunnel((config) => config.ingress.pop()),
    tunnel((config) => (config.ingress[0].service = 'http//127.0.0.1:7102')),
    tunnel((config) => (config.ingress[0].originRequest.noHappyEyeball = true)),
    zone((settings) => (settings.min_tls_version = 1.2)),
    zone((settings) => (settings.minimum_tls_version = '1.2')),
    zone((settings) => (settings.always_use_https = true)),
    zone((settings) => (settings.ssl = 'full_strict')),
    kustomize((config) => (config.images[0].newTag = 'latest')),
    kustomize((config) => (config.resource = [])),
  ]
  expect(faults.map((one) => one.length)).toEqual(faults.map(() => 1))
})
