import { text } from '@ringfence/validation'
import * as z from 'zod'
import { defineTool, type Tool } from '../../src/tools/tool.ts'

/** What {@link echoTool} takes: any text. */
export const ECHOED: z.ZodObject<{ text: z.ZodString }> = z.strictObject({ text: text({ max: 1_000 }) })

/** Says again what it is told: whatever a caller can put into a tool comes out of it. */
export const echoTool: Tool = defineTool({
  name: 'echo',
  title: 'Echo',
  description: 'Says it again.',
  scope: 'tools:info',
  input: ECHOED,
  run: ({ text: said }) => Promise.resolve(said),
})
