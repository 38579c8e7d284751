import { explainRoutes } from './explain-routes.ts'
import { serve } from './serve.ts'

if (process.argv.includes('--explain')) process.stdout.write(`${explainRoutes()}\n`)
else await serve()
