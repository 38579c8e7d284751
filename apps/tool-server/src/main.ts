import { explainRoutes } from './explain-routes.ts'
import { runCommand } from './run-command.ts'
import { serve } from './serve.ts'

const words = process.argv.slice(2)
if (words.length === 0) await serve()
else if (words[0] === '--explain') process.stdout.write(`${explainRoutes()}\n`)
else process.exitCode = await runCommand(words)
