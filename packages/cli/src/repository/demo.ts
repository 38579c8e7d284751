import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEMO_STEPS } from './demo-steps.ts'
import { developmentEnv } from './development-env.ts'
import { freePorts } from './free-ports.ts'
import { performStep, shortcomings, startSession, type Tour } from './perform-step.ts'
import type { Answer } from './send.ts'
import { startStack } from './processes.ts'

/**
 * Starts both apps and the OAuth server on free ports with a state folder that is thrown away, walks the tour, and says
 * for each step what came back.
 *
 * @param root the folder of the repository
 * @returns true if every step answered as it should
 */
export async function demo(root: string, print: (line: string) => void): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'ringfence-demo-'))
  const tradingLog: string[] = []
  try {
    const ports = await freePorts()
    const env = developmentEnv(ports, folder)
    const onLine = (from: string, line: string): void => void (from === 'trading' && tradingLog.push(line))
    const stack = await startStack({ root, cwd: folder, ports, env, onLine })
    try {
      const tour: Tour = { env, sessionId: await startSession(env), tradingLog, sent: new Map() }
      return await walk(tour, print)
    } finally {
      await stack.stop()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function walk(tour: Tour, print: (line: string) => void): Promise<boolean> {
  let failed = 0
  for (const { id, sentence, action, expect } of DEMO_STEPS) {
    const answer = await performStep(id, action, tour)
    const why = shortcomings(answer, expect)
    failed += why.length === 0 ? 0 : 1
    print(`${why.length === 0 ? 'ok    ' : 'FAILED'} ${sentence}`)
    print(`       ${summary(answer)}`)
    if (why.length > 0) print(`       expected otherwise: ${why.join('; ')}`)
  }
  print(
    failed === 0
      ? `\nAll ${DEMO_STEPS.length} steps answered as they should.`
      : `\n${failed} of ${DEMO_STEPS.length} steps did not.`,
  )
  return failed === 0
}

/** What came back, in one line: of a problem document its code, sentence and rules. */
function summary({ status, body }: Answer): string {
  const line = explained(body) ?? body.replaceAll('\n', ' ')
  const short = line.length <= LINE ? line : `${line.slice(0, LINE)}…`
  return status === 0 ? short : `${status} ${short}`
}

function explained(body: string): string | undefined {
  if (!body.startsWith('{')) return undefined
  const {
    code,
    title,
    errors = [],
  } = JSON.parse(body) as { code?: string; title?: string; errors?: { rule: string }[] }
  if (code === undefined) return undefined
  return `${code}: ${title}${errors.map(({ rule }) => ` [${rule}]`).join('')}`
}

const LINE = 160
