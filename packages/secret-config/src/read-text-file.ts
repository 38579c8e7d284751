import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs'
import { sep } from 'node:path'
import type { ConfigRule } from './problem.ts'

/** The text of a file, or the rule it breaks. */
export type FileText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly rule: ConfigRule }

/** What {@link readTextFile} insists on. */
export interface FileDemands {
  /** Permission bits that must not be set, and the rule that they break. */
  readonly forbidden: { readonly mode: number; readonly rule: ConfigRule }
  readonly maxBytes: number
  /** The resolved file must be inside this resolved directory. */
  readonly root?: string
}

/**
 * Reads a small text file whose every property is checked on the opened file itself, so nothing can change in between.
 * Links are followed first: their own mode says 777 and means nothing.
 */
export function readTextFile(path: string, demands: FileDemands): FileText {
  let file: number
  try {
    const real = realpathSync(path)
    if (demands.root !== undefined && !real.startsWith(demands.root + sep)) return refused('file_outside')
    // NOFOLLOW: not swapped for a link meanwhile. NONBLOCK: a pipe is refused below instead of waited for.
    file = openSync(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch {
    return refused('file_unreadable')
  }
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) return refused('file_not_regular')
    if ((stat.mode & demands.forbidden.mode) !== 0) return refused(demands.forbidden.rule)
    return decode(file, demands.maxBytes)
  } catch {
    return refused('file_unreadable')
  } finally {
    closeSync(file)
  }
}

function decode(file: number, maxBytes: number): FileText {
  const bytes = Buffer.allocUnsafeSlow(maxBytes + 1)
  let length = 0
  for (;;) {
    const read = readSync(file, bytes, length, bytes.length - length, null)
    length += read
    if (length > maxBytes) return refused('file_too_large')
    if (read === 0) break
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, length))
  } catch {
    return refused('text_not_utf8')
  } finally {
    bytes.fill(0)
  }
  if (text.startsWith('\uFEFF')) return refused('text_bom')
  if (text.includes('\0')) return refused('text_nul')
  if (text.includes('\r')) return refused('text_crlf')
  return { ok: true, text }
}

function refused(rule: ConfigRule): FileText {
  return { ok: false, rule }
}
