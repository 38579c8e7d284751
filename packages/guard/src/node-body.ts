import type { IncomingMessage } from 'node:http'
import { RingfenceError } from '@ringfence/errors'
import { DenyError, deny } from './outcome.ts'

/** Does the message announce a body (RFC 9112 section 6.3)? */
export function hasBody(message: IncomingMessage): boolean {
  const length = message.headers['content-length']
  return message.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}

/**
 * Reads the raw body, counting while it streams; answers at once when there is none.
 *
 * @param onRead called before the first byte is waited for, to let a client that expects `100 Continue` go on
 */
export function readBody(
  message: IncomingMessage,
  limit: number,
  onRead: () => void,
): Uint8Array | Promise<Uint8Array> {
  if (!hasBody(message)) return EMPTY
  if (message.readableDidRead || message.readableFlowing) throw consumed(message)
  if (Number(message.headers['content-length'] ?? 0) > limit) throw new DenyError(deny('body_too_large'))
  onRead()
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let size = 0
    const stop = (): void => {
      message.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose)
    }
    const refuse = (code: 'body_too_large' | 'body_incomplete'): void => {
      stop()
      message.pause()
      reject(new DenyError(deny(code)))
    }
    const onData = (chunk: Uint8Array): void => {
      size += chunk.length
      if (size > limit) refuse('body_too_large')
      else chunks.push(chunk)
    }
    const onEnd = (): void => {
      stop()
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size))
    }
    const onClose = (): void => refuse('body_incomplete')
    message.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose)
  })
}

function consumed(message: IncomingMessage): RingfenceError {
  const culprit = 'body' in message ? 'a body parser (it set req.body), such as express.json(),' : 'a listener'
  return new RingfenceError(
    'body_consumed',
    `${culprit} read the body of ${message.method} ${message.url?.split('?')[0]} before the guards saw its raw bytes: ` +
      'let it run after the guards, or remove it and take the validated body from the context',
  )
}

const EMPTY = new Uint8Array(0)
