import { checkSync, type AttackPattern } from 'recheck'

/**
 * What recheck says against a pattern, or nothing if it holds its time to be linear. Where it only has evidence (its fuzzer
 * counts the steps of a matcher of its own, in which a factor of 20 looks like a power), the attack it found is run: time
 * that grows with the text by an exponent of at most 1.2 is linear.
 */
export function redosFault(source: string, flags: string): string | undefined {
  const found = checkSync(source, flags, { timeout: TIMEOUT_MS })
  if (found.status === 'safe') return undefined
  if (found.status === 'unknown') return `cannot be judged: ${found.error.kind}`
  const { complexity, attack } = found
  const isLinear = (): boolean => exponent(source, flags, attack) <= MOST_EXPONENT
  // What else the machine does bends a line now and then, but never straightens a parabola: three tries.
  if (complexity.isFuzz && complexity.type === 'polynomial' && (isLinear() || isLinear() || isLinear()))
    return undefined
  return `takes ${complexity.type} time on ${attack.pattern}`
}

/** The slope of log(time) over log(length), each time the best of several. */
function exponent(source: string, flags: string, attack: AttackPattern): number {
  const pattern = new RegExp(source, flags)
  const points = LENGTHS.map((length) => {
    const text = attackText(attack, length)
    const times = Array.from({ length: 9 }, () => {
      const started = process.cpuUsage()
      pattern.lastIndex = 0
      text.replace(pattern, '')
      const { user, system } = process.cpuUsage(started)
      return user + system
    })
    return [Math.log(text.length), Math.log(Math.max(1, Math.min(...times)))] as const
  })
  const mean = (index: 0 | 1): number => points.reduce((sum, point) => sum + point[index], 0) / points.length
  const [x, y] = [mean(0), mean(1)]
  const covariance = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0)
  return covariance / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0)
}

/** The attack with its parts repeated until it is about this long. */
function attackText({ pumps, suffix }: AttackPattern, length: number): string {
  const times = Math.ceil(length / pumps.reduce((sum, { pump }) => sum + pump.length, 0))
  return pumps.map(({ prefix, pump }) => prefix + pump.repeat(times)).join('') + suffix
}

const TIMEOUT_MS = 60_000
const MOST_EXPONENT = 1.2
const LENGTHS = [20_000, 40_000, 80_000, 160_000]
