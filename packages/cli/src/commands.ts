import type { Command } from './command.ts'
import { call } from './commands/call.ts'
import { demo } from './commands/demo.ts'
import { keysNew } from './commands/keys-new.ts'
import { keysRotate } from './commands/keys-rotate.ts'
import { sign } from './commands/sign.ts'
import { start } from './commands/start.ts'
import { token } from './commands/token.ts'

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [start, demo, keysNew, keysRotate, call, sign, token]
