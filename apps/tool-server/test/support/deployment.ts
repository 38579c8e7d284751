import { readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'

/** A part of a manifest. Tests look into manifests of every shape. */
export type Part = ReturnType<typeof JSON.parse>

/** The files of deploy/ as data. */
export interface Deployment {
  readonly deployment: Part
  readonly networkPolicy: Part
  readonly namespace: Part
  readonly kustomization: Part
  readonly cloudflared: Part
  readonly zone: Part
}

/** Reads them as kubectl does: its YAML is 1.1, where `0400` is octal. */
export function readDeployment(): Deployment {
  return {
    deployment: read('kubernetes/deployment.yaml'),
    networkPolicy: read('kubernetes/network-policy.yaml'),
    namespace: read('kubernetes/namespace.yaml'),
    kustomization: read('kubernetes/kustomization.yaml'),
    cloudflared: read('kubernetes/cloudflared.yaml'),
    zone: read('cloudflare/zone.yaml'),
  }
}

/** Every way into the pod besides the tunnel and the probes; empty if there is none. */
export function otherWaysIn({ deployment, networkPolicy, kustomization, cloudflared }: Deployment): string[] {
  const pod = deployment.spec.template.spec
  const env = envOf(deployment)
  const probe = Number(env['TOOLS_PROBE_PORT'])
  const rules = networkPolicy.spec.ingress as Part[]
  const services = (cloudflared.ingress as Part[]).map(({ service }) => service as string)
  return [
    ...claim(pod.hostNetwork !== true, 'the pod has a network of its own'),
    ...claim(env['TOOLS_HOST'] === '127.0.0.1', 'the app listens on loopback'),
    ...claim(
      portsOf(pod).every((port) => port.containerPort === probe && port.hostPort === undefined),
      'the only port is the one of the probes',
    ),
    ...claim(
      (networkPolicy.spec.policyTypes as string[]).includes('Ingress') && same(networkPolicy.spec.podSelector, {}),
      'the policy is about what comes in, for every pod',
    ),
    ...claim(
      rules.every(({ ports }) => Array.isArray(ports) && ports.every((one: Part) => one.port === probe)),
      'the policy lets in the probes alone',
    ),
    ...claim(
      same(services, [`http://127.0.0.1:${env['TOOLS_PORT']}`, 'http_status:404']),
      'the tunnel leads to the app, and everything else to a 404',
    ),
    ...claim(String(cloudflared.metrics).startsWith('127.0.0.1:'), "the tunnel's metrics are on loopback"),
    ...claim(
      (kustomization.resources as string[]).every((name) => ALLOWED.has(name)),
      'nothing is deployed beside namespace, deployment and policy: no Service, no Ingress',
    ),
  ]
}

/** Every destination that the policy lets out to besides names, the public network and one address for Redis. */
export function otherWaysOut({ networkPolicy }: Deployment): string[] {
  const rules = networkPolicy.spec.egress as Part[]
  return rules.flatMap(({ to = [{}], ports = [] }: Part) => {
    const open = (ports as Part[]).map(({ protocol, port }) => `${protocol} ${port}`).toSorted()
    return (to as Part[]).flatMap((peer) => {
      const name = peer.podSelector?.matchLabels?.['k8s-app'] ?? peer.ipBlock?.cidr ?? 'anything'
      const expected = WAYS_OUT.get(
        name === 'kube-dns' || name === '0.0.0.0/0' ? name : SINGLE.test(name) ? 'single' : '',
      )
      const isBounded = name !== '0.0.0.0/0' || PRIVATE.every((cidr) => peer.ipBlock.except?.includes(cidr))
      return same(open, expected) && isBounded ? [] : [`${name}: ${open.join(', ')}`]
    })
  })
}

/** Whatever would let the app write or become more than it is. */
export function powers({ deployment, kustomization }: Deployment): string[] {
  const pod = deployment.spec.template.spec
  const containers = pod.containers as Part[]
  const volumes = pod.volumes as Part[]
  return [
    ...claim(pod.automountServiceAccountToken === false, 'no token of a service account'),
    ...claim(pod.securityContext.runAsNonRoot === true && pod.securityContext.runAsUser > 0, 'not root'),
    ...claim(pod.securityContext.seccompProfile.type === 'RuntimeDefault', 'system calls are filtered'),
    ...containers.flatMap(({ name, securityContext: context }) => [
      ...claim(context?.readOnlyRootFilesystem === true, `${name}: a read-only root filesystem`),
      ...claim(context?.allowPrivilegeEscalation === false, `${name}: no more privileges`),
      ...claim(
        context?.privileged !== true && same(context?.capabilities, { drop: ['ALL'] }),
        `${name}: no capability`,
      ),
    ]),
    ...claim(
      containers.every(({ volumeMounts }) => (volumeMounts as Part[]).every(({ readOnly }) => readOnly === true)),
      'every mount is read-only',
    ),
    ...claim(
      volumes.every((volume) => volume.configMap !== undefined || volume.secret?.defaultMode === 0o400),
      'every volume is a configuration or a secret of mode 0400',
    ),
    ...claim(
      (kustomization.images as Part[]).every(({ digest }) => /^sha256:[0-9a-f]{64}$/.test(digest)),
      'images by digest',
    ),
  ]
}

/** Variables that hold a secret instead of the path of a mounted file. */
export function secretsInVariables({ deployment }: Deployment): string[] {
  const [app] = deployment.spec.template.spec.containers as Part[]
  const mounted = (app.volumeMounts as Part[]).map(({ mountPath }) => `${mountPath}/`)
  return (app.env as Part[])
    .filter(({ name, value, valueFrom }) => {
      const isSecret = /(?:SECRET|KEY|PASSWORD|REDIS_URL)(?:_FILE)?$/.test(name)
      return isSecret && (valueFrom !== undefined || !mounted.some((path) => String(value).startsWith(path)))
    })
    .map(({ name }) => name as string)
}

/** What a zone would have to change to offer nothing but TLS 1.2 or later. */
export function weaknesses({ zone }: Deployment): string[] {
  const { settings } = zone
  return [
    ...claim(['1.2', '1.3'].includes(settings.min_tls_version), 'TLS 1.2 or later'),
    ...claim(settings.always_use_https === 'on', 'https always'),
    ...claim(settings.ssl === 'strict', 'the origin is checked'),
    ...claim(settings['0rtt'] === 'off', 'no early data'),
    ...claim(settings.security_header.strict_transport_security.enabled === true, 'HSTS'),
  ]
}

/** The variables that the app gets. */
export function envOf(deployment: Part): Record<string, string> {
  const [app] = deployment.spec.template.spec.containers as Part[]
  return Object.fromEntries((app.env as Part[]).map(({ name, value }) => [name, value]))
}

function read(path: string): Part {
  const text = readFileSync(new URL(`../../deploy/${path}`, import.meta.url), 'utf8')
  const documents = parseAllDocuments(text, { version: '1.1', merge: false })
  if (!Array.isArray(documents) || documents.length !== 1) throw new Error(`${path} holds one document`)
  const [document] = documents
  if (document === undefined || document.errors.length > 0) throw new Error(`${path} is not YAML`)
  return document.toJS()
}

function portsOf(pod: Part): Part[] {
  return [...(pod.containers as Part[]), ...((pod.initContainers ?? []) as Part[])].flatMap(({ ports }) => ports ?? [])
}

function claim(holds: boolean, sentence: string): string[] {
  return holds ? [] : [sentence]
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

const ALLOWED = new Set(['namespace.yaml', 'deployment.yaml', 'network-policy.yaml'])

const WAYS_OUT = new Map([
  ['kube-dns', ['TCP 53', 'UDP 53']],
  ['0.0.0.0/0', ['TCP 443', 'TCP 7844', 'UDP 7844']],
  ['single', ['TCP 6380']],
])
const SINGLE = /^[0-9.]+\/32$/
const PRIVATE = ['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16']
