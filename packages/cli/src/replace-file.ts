import { randomBytes } from 'node:crypto'
import {
  chownSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { Failure } from './command.ts'

/**
 * Replaces what a file holds, whole or not at all: a reader sees the old text or the new one. Mode and owner stay.
 *
 * @param change answers the new text, and what to answer
 * @throws Failure if the file cannot be read or written, and whatever `change` throws
 */
export function replaceFile<Result>(path: string, change: (text: string) => readonly [text: string, Result]): Result {
  const [real, old] = accessible('read', () => {
    const target = realpathSync(path)
    return [target, readFileSync(target, 'utf8')] as const
  })
  const [text, result] = change(old)
  const draft = `${real}.${randomBytes(6).toString('hex')}`
  accessible('written', () => {
    const { mode, uid, gid } = statSync(real)
    try {
      const file = openSync(draft, 'wx', 0o600)
      try {
        writeFileSync(file, text) // writeSync may write less than all, and says so only by a number
        fchmodSync(file, mode & 0o777)
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      if (process.getuid?.() === 0) chownSync(draft, uid, gid)
      renameSync(draft, real)
    } catch (error) {
      rmSync(draft, { force: true })
      throw error
    }
  })
  return result
}

function accessible<Result>(how: string, act: () => Result): Result {
  try {
    return act()
  } catch {
    throw new Failure(`the file cannot be ${how}`)
  }
}
