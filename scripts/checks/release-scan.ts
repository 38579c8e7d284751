import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Nothing is published unless the dependency audit was made, here and in the hosted workflow, and found nothing. */
export function releaseScan(root: string): string[] {
  const { scripts = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts?: Record<string, string>
  }
  const publishing = Object.entries(scripts).filter(([, command]) => /\b(?:changeset|pnpm|npm) publish\b/.test(command))
  const workflow = readFileSync(join(root, '.github/workflows/release.yml'), 'utf8')
  return [
    ...(publishing.length === 0 ? ['package.json: no script publishes'] : []),
    ...publishing
      .filter(([, command]) => !command.startsWith(`${AUDIT} && `))
      .map(([name]) => `package.json: ${name} publishes without \`${AUDIT}\` before it`),
    ...(/\b(?:changeset|pnpm|npm) publish\b/.test(workflow)
      ? ['release.yml: publishes by another way than release:publish']
      : []),
  ]
}

const AUDIT = 'node scripts/audit.ts --required'
