import { DenyError, deny } from '@ringfence/guard'

/**
 * Reads a body that a framework has not touched, counting while it arrives.
 *
 * @throws DenyError `body_too_large` as soon as there is a byte too many, `body_incomplete` if the stream breaks
 */
export async function readBytes(stream: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of stream) {
      size += chunk.length
      if (size > limit) break
      chunks.push(chunk)
    }
  } catch {
    throw new DenyError(deny('body_incomplete'))
  }
  if (size > limit) throw new DenyError(deny('body_too_large', { headers: [['connection', 'close']] }))
  return Buffer.concat(chunks, size)
}
