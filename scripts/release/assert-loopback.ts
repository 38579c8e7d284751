/**
 * Refuses to go on unless everything that decides where a publish goes names this one loopback registry.
 *
 * @param expected the registry that the rehearsal started, `http://127.0.0.1:PORT/`
 * @param configured what the package manager answers for each setting that names a registry
 * @param manifests the manifests that are going to be published: none may override the registry
 * @throws {Error} naming the setting that points elsewhere
 */
export function assertLoopback(
  expected: string,
  configured: Readonly<Record<string, string>>,
  manifests: readonly { readonly name: string; readonly publishConfig?: Readonly<Record<string, string>> }[],
): void {
  if (!/^http:\/\/127\.0\.0\.1:\d{1,5}\/$/.test(expected)) throw new Error(`${expected} is not a registry on loopback`)
  for (const [setting, value] of Object.entries(configured)) {
    if (value !== expected) throw new Error(`refusing to publish: ${setting} is ${value || 'not set'}, not ${expected}`)
  }
  for (const { name, publishConfig } of manifests) {
    const overriding = Object.keys(publishConfig ?? {}).filter((key) => key.includes('registry'))
    if (overriding.length > 0) throw new Error(`refusing to publish: ${name} overrides ${overriding.join(', ')}`)
  }
}
