import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** The TCP sockets that a process of this machine listens on, as `address:port` with loopback named (Linux). */
export function listeningSockets(pid: number): string[] {
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => /^socket:\[(\d+)\]$/.exec(link(`/proc/${pid}/fd/${fd}`))?.[1] ?? []),
  )
  return ['tcp', 'tcp6']
    .flatMap((family) => readFileSync(`/proc/${pid}/net/${family}`, 'latin1').trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTEN && own.has(fields[9]!))
    .map((fields) => {
      const [address = '', port = ''] = fields[1]!.split(':')
      return `${NAMES[address] ?? 'elsewhere'}:${Number.parseInt(port, 16)}`
    })
    .toSorted()
}

function link(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return '' // closed in between
  }
}

const LISTEN = '0A'
const NAMES: Readonly<Record<string, string>> = {
  '0100007F': 'loopback',
  '00000000': 'everywhere',
  '00000000000000000000000000000000': 'everywhere',
}
