import { z } from 'zod'
import { isLoopback } from '../is-loopback.ts'

/** A schema for an address that only this machine can reach: 127.0.0.0/8 or ::1, in canonical spelling. */
export function loopbackAddress(): z.ZodType<string, string> {
  return z.string().refine(isLoopback).describe('a loopback address, 127.x.x.x or ::1')
}
