import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'

/** A throw-away certificate authority: X.509 v3 (RFC 5280) in as much DER as a TLS client insists on. */
export interface TestAuthority {
  readonly ca: string
  issue(...names: string[]): { readonly cert: string; readonly key: string }
}

export function testAuthority(): TestAuthority {
  const root = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = nameOf('ringfence test authority')
  const certify = (subject: Buffer, key: KeyObject, extensions: Buffer[]): string => {
    const tbs = sequence(
      der(0xa0, integer(Buffer.of(2))),
      integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
      ECDSA_SHA256,
      name,
      sequence(time(-3_600_000), time(3_600_000)),
      subject,
      key.export({ type: 'spki', format: 'der' }),
      der(0xa3, sequence(...extensions)),
    )
    const whole = sequence(tbs, ECDSA_SHA256, bitString(sign('sha256', tbs, root.privateKey)))
    return `-----BEGIN CERTIFICATE-----\n${whole.toString('base64')}\n-----END CERTIFICATE-----\n`
  }
  return {
    ca: certify(name, root.publicKey, [extension('551d13', sequence(der(0x01, Buffer.of(0xff))))]),
    issue: (...names) => {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const cert = certify(nameOf('ringfence test'), publicKey, [
        extension('551d11', sequence(...names.map(generalName))),
      ])
      return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
    },
  }
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, ...parts)
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes)
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

function bitString(bytes: Buffer): Buffer {
  return der(0x03, Buffer.of(0), bytes)
}

function nameOf(common: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(common)))))
}

function time(offsetMs: number): Buffer {
  const text = new Date(Date.now() + offsetMs).toISOString().replaceAll(/[-:T]|\.\d+/g, '')
  return der(0x18, Buffer.from(text))
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), der(0x04, value))
}

/** Subject alternative names: dNSName [2] or iPAddress [7]. */
function generalName(name: string): Buffer {
  if (isIPv4(name)) return der(0x87, Buffer.from(name.split('.').map(Number)))
  if (isIPv6(name)) return der(0x87, Buffer.concat([Buffer.alloc(15), Buffer.of(1)])) // ::1 is the only one in use
  return der(0x82, Buffer.from(name))
}

const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'))
