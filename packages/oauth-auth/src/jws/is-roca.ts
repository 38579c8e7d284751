/**
 * Does this RSA modulus carry the fingerprint of the ROCA flaw (CVE-2017-15361, Nemec et al., CCS 2017)? The primes of
 * such keys are powers of 65537 modulo a primorial plus a multiple of it, and the private key can be computed.
 * A sound modulus is mistaken for one with a probability below 2^-27.
 */
export function isRoca(modulus: bigint): boolean {
  return PRIMES.every((prime) => {
    const remainder = Number(modulus % BigInt(prime))
    let power = 1
    do {
      if (power === remainder) return true
      power = (power * (GENERATOR % prime)) % prime
    } while (power !== 1)
    return false
  })
}

const GENERATOR = 65_537

/** The odd primes up to 167 that the generator does not generate modulo; the others tell nothing apart. */
const PRIMES = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157]
