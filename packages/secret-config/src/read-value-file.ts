import { type FileText, readTextFile } from './read-text-file.ts'

/**
 * Reads one value from a file of its own (`NAME_FILE`, a mounted secret). Exactly one trailing newline is removed,
 * whatever wrote it; any other white space belongs to the value.
 *
 * @param root the resolved directory that links must not leave
 */
export function readValueFile(path: string, root?: string): FileText {
  const file = readTextFile(path, { ...DEMANDS, ...(root === undefined ? {} : { root }) })
  return file.ok && file.text.endsWith('\n') ? { ok: true, text: file.text.slice(0, -1) } : file
}

// Kubernetes mounts secrets 0644 or 0640 by default, so readable is fine; writable by others never is.
const DEMANDS = { forbidden: { mode: 0o002, rule: 'file_writable' }, maxBytes: 65_536 } as const
