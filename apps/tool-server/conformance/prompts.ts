import { acceptedContent, type GetPromptResult, inputRequired, type McpServer } from '@modelcontextprotocol/server'
import * as z from 'zod'
import { ask } from './input-tools.ts'
import { PNG } from './samples.ts'

/** Prompts with every kind of content, with arguments, and one that needs input first. */
export function addPrompts(server: McpServer): void {
  server.registerPrompt('test_simple_prompt', describe('Without arguments.'), () =>
    prompt({ type: 'text', text: 'This is a simple prompt for testing.' }),
  )
  server.registerPrompt(
    'test_prompt_with_arguments',
    { ...describe('With arguments.'), argsSchema: z.strictObject({ arg1: z.string(), arg2: z.string() }) },
    ({ arg1, arg2 }) => prompt({ type: 'text', text: `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'` }),
  )
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { ...describe('With a resource.'), argsSchema: z.strictObject({ resourceUri: z.string() }) },
    ({ resourceUri: uri }) =>
      prompt(
        { type: 'resource', resource: { uri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' } },
        { type: 'text', text: 'Please process the embedded resource above.' },
      ),
  )
  server.registerPrompt('test_prompt_with_image', describe('With an image.'), () =>
    prompt(
      { type: 'image', data: PNG, mimeType: 'image/png' },
      { type: 'text', text: 'Please analyze the image above.' },
    ),
  )
  server.registerPrompt('test_input_required_result_prompt', describe('Needs input.'), (context) => {
    const said = acceptedContent<{ context: string }>(context.mcpReq.inputResponses, 'user_context')?.context
    if (typeof said !== 'string') return inputRequired({ inputRequests: { user_context: ask('context', 'string') } })
    return prompt({ type: 'text', text: `Use the following context: ${said}` })
  })
}

function describe(description: string): { title: string; description: string } {
  return { title: description, description }
}

function prompt(...contents: readonly GetPromptResult['messages'][number]['content'][]): GetPromptResult {
  return { messages: contents.map((content) => ({ role: 'user', content })) }
}
