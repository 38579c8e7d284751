import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'

const NODE = new URL('../src/node.ts', import.meta.url)

/** What a process prints and how it ends that gets this signal once it is ready. */
async function ending(close: string, signal: 'SIGTERM' | 'SIGINT'): Promise<{ said: string; code: number }> {
  const program = `
    import { stopOnSignal } from ${JSON.stringify(NODE.href)}
    setInterval(() => {}, 1_000)
    stopOnSignal(${close}, {
      stopped: () => console.log('stopped'),
      failed: (error) => console.log('failed: ' + error.message),
    })
    console.log('ready')`
  const args = ['--conditions=@ringfence/source', '--input-type=module', '--eval', program]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    if (said === 'ready\n') child.kill(signal)
  })
  const [code] = (await once(child, 'close')) as [number]
  return { said, code }
}

test.each(['SIGTERM', 'SIGINT'] as const)('%s closes first, then tells, then ends with 0', async (signal) => {
  const close = "async () => { await new Promise((go) => setTimeout(go, 20)); console.log('closed') }"
  expect(await ending(close, signal)).toEqual({ said: 'ready\nclosed\nstopped\n', code: 0 })
})

test('a close that fails is told, and the exit code is 1', async () => {
  expect(await ending("async () => { throw new Error('no') }", 'SIGTERM')).toEqual({
    said: 'ready\nfailed: no\n',
    code: 1,
  })
})
