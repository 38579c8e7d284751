import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import { Namespace } from 'kubernetes-models/v1/Namespace'
import * as z from 'zod'
import type { Part } from './deployment.ts'

/**
 * What the schemas of Kubernetes say against manifests, each line beginning with the name of one. `kubernetes-models` makes
 * validators and types of the API's own OpenAPI document: the validators know types, required fields, words and forms;
 * a field that does not exist is found by the compiler, which gets each manifest as a literal of its type.
 */
export async function kubernetesFaults(manifests: Readonly<Record<string, Part>>): Promise<string[]> {
  const faults: string[] = []
  for (const [name, manifest] of Object.entries(manifests)) {
    try {
      const Model = KINDS[manifest.kind as keyof typeof KINDS]?.model
      if (Model === undefined) faults.push(`${name}: this kind is not expected`)
      else new Model(manifest).validate()
    } catch (error) {
      faults.push(`${name}: ${(error as Error).message}`)
    }
  }
  return [...faults, ...(await compilerFaults(manifests))]
}

async function compilerFaults(manifests: Readonly<Record<string, Part>>): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tools-manifests-'))
  try {
    for (const [name, manifest] of Object.entries(manifests)) {
      const kind = KINDS[manifest.kind as keyof typeof KINDS]
      if (kind === undefined) continue
      const text = JSON.stringify(manifest)
      const source = `import type { I${manifest.kind} as Kind } from '${kind.from}'\nexport const manifest: Kind = ${text}\n`
      writeFileSync(join(folder, `${name}.ts`), source)
    }
    const paths = { 'kubernetes-models/*': [join(MODELS, '*')] }
    const compilerOptions = { ...COMPILER_OPTIONS, paths }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
    const output = await new Promise<string>((resolve) => {
      execFile(process.execPath, [COMPILER, '-p', folder, '--pretty', 'false'], { cwd: folder }, (_, stdout) =>
        resolve(stdout),
      )
    })
    return output.split('\n').flatMap((line) => {
      const [, name, fault] = /^([\w-]+)\.ts\(\d+,\d+\): error (.+)$/.exec(line) ?? []
      return name === undefined ? [] : [`${name}: ${fault}`]
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What is wrong with the configuration of the tunnel: a field it does not have, or a last rule that does not catch all. */
export function cloudflaredFaults(config: Part): string[] {
  return faultsOf(CLOUDFLARED, config)
}

/** What is wrong with the settings of the zone: a name that the API does not have, or a value it does not take. */
export function zoneFaults(zone: Part): string[] {
  return faultsOf(ZONE, zone)
}

/** What is wrong with the kustomization. */
export function kustomizationFaults(kustomization: Part): string[] {
  return faultsOf(KUSTOMIZATION, kustomization)
}

function faultsOf(schema: z.ZodType, value: unknown): string[] {
  return schema.safeParse(value).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []
}

const KINDS = {
  Deployment: { model: Deployment, from: 'kubernetes-models/apps/v1/Deployment' },
  NetworkPolicy: { model: NetworkPolicy, from: 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy' },
  Namespace: { model: Namespace, from: 'kubernetes-models/v1/Namespace' },
}

const require = createRequire(import.meta.url)
const MODELS = dirname(require.resolve('kubernetes-models/package.json'))
const COMPILER = join(import.meta.dirname, '../../../../node_modules/typescript-native/lib/tsc.js')
const COMPILER_OPTIONS = {
  noEmit: true,
  strict: true,
  module: 'esnext',
  moduleResolution: 'bundler',
  types: [],
  skipLibCheck: true,
}

const DURATION = z.string().regex(/^\d+(?:ms|s|m|h)$/)

/** developers.cloudflare.com, "Configuration file", "Origin parameters" and "Tunnel run parameters". */
const RULE = z.strictObject({
  hostname: z.hostname().optional(),
  path: z.string().optional(),
  service: z.string().regex(/^(?:https?:\/\/[^/]+|http_status:[1-5]\d\d)$/),
  originRequest: z
    .strictObject({
      connectTimeout: DURATION.optional(),
      httpHostHeader: z.string().optional(),
      keepAliveConnections: z.int().positive().optional(),
      keepAliveTimeout: DURATION.optional(),
      noHappyEyeballs: z.boolean().optional(),
    })
    .optional(),
})
const CLOUDFLARED = z.strictObject({
  tunnel: z.string().min(1),
  'credentials-file': z.string().startsWith('/'),
  metrics: z.string().regex(/^127\.0\.0\.1:\d+$/),
  'grace-period': DURATION,
  ingress: z
    .array(RULE)
    .min(1)
    .refine(
      (rules) => rules.at(-1)?.hostname === undefined && rules.at(-1)?.path === undefined,
      'the last rule catches all',
    ),
})

/** developers.cloudflare.com/api, "Edit zone setting". */
const SWITCH = z.enum(['on', 'off'])
const ZONE = z.strictObject({
  zone: z.hostname(),
  settings: z.strictObject({
    always_use_https: SWITCH,
    min_tls_version: z.enum(['1.0', '1.1', '1.2', '1.3']),
    tls_1_3: z.enum(['on', 'off', 'zrt']),
    '0rtt': SWITCH,
    ssl: z.enum(['off', 'flexible', 'full', 'strict']),
    opportunistic_encryption: SWITCH,
    security_header: z.strictObject({
      strict_transport_security: z.strictObject({
        enabled: z.boolean(),
        max_age: z.int().nonnegative(),
        include_subdomains: z.boolean(),
        nosniff: z.boolean(),
      }),
    }),
    rocket_loader: SWITCH,
    email_obfuscation: SWITCH,
  }),
})

const KUSTOMIZATION = z.strictObject({
  apiVersion: z.literal('kustomize.config.k8s.io/v1beta1'),
  kind: z.literal('Kustomization'),
  namespace: z.string().regex(/^[a-z0-9-]{1,63}$/),
  resources: z.array(z.string().regex(/^[a-z-]+\.yaml$/)).min(1),
  configMapGenerator: z.array(z.strictObject({ name: z.string(), files: z.array(z.string()) })),
  images: z.array(
    z.strictObject({ name: z.string(), newName: z.string(), digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) }),
  ),
})
