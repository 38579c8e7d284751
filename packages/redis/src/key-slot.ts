import { RingfenceError } from '@ringfence/errors'
import type { RedisArgument } from './reply.ts'

/** The hash slot of a key: CRC16 of its hash tag, or of all of it (Redis Cluster specification, "Hash tags"). */
export function keySlot(key: RedisArgument): number {
  const bytes = typeof key === 'string' ? Buffer.from(key) : key
  const open = bytes.indexOf(0x7b)
  const close = open < 0 ? -1 : bytes.indexOf(0x7d, open + 1)
  const tagged = close > open + 1 ? bytes.subarray(open + 1, close) : bytes
  let crc = 0
  for (const byte of tagged) crc = ((crc << 8) & 0xffff) ^ CRC16[(crc >> 8) ^ byte]!
  return crc % SLOTS
}

/** The slot that all keys of one call share. One call runs on one node, so keys that do not share one are a mistake. */
export function sharedSlot(keys: readonly RedisArgument[]): number {
  const slot = keys.length === 0 ? 0 : keySlot(keys[0]!)
  if (keys.some((key) => keySlot(key) !== slot)) {
    throw new RingfenceError('option_invalid', 'the keys of one call need a common {hash tag} in a cluster')
  }
  return slot
}

export const SLOTS = 16_384

/** CRC-16/XMODEM: polynomial 0x1021, as the specification's appendix has it. */
const CRC16: readonly number[] = Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1
  return crc & 0xffff
})
