import { createEgress, type Egress } from '@ringfence/egress'

/** A way to the origins of these URLs and nowhere else; those on this machine may be plain http. */
export function egressTo(urls: readonly string[], contentTypes: readonly string[]): Egress {
  const parsed = urls.map((url) => new URL(url))
  const isHere = ({ hostname }: URL): boolean => /^(?:127(?:\.\d{1,3}){3}|\[::1\]|localhost)$/.test(hostname)
  return createEgress({
    allow: parsed.filter((url) => !isHere(url)).map(({ host }) => host),
    loopback: parsed.filter(isHere).map(({ origin }) => origin),
    contentTypes,
    deadlineMs: 5_000,
  })
}
