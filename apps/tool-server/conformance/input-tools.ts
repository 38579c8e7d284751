import { randomUUID } from 'node:crypto'
import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type InputRequests,
  inputRequired,
  type McpServer,
  type RequestStateCodec,
} from '@modelcontextprotocol/server'
import * as z from 'zod'

type State = Record<string, unknown>

/** Tools that, in the newest era, answer with `input_required` until a call brings what they need (SEP-2322). */
export function addInputTools(server: McpServer, codec: RequestStateCodec<State>): void {
  const inputSchema = z.strictObject({})
  const config = { description: 'Needs input of the client.', inputSchema }
  const sealed = (state: State): Promise<string> => codec.mint({ ...state, nonce: randomUUID() })

  server.registerTool('test_missing_capability', config, (_args, { mcpReq }) =>
    mcpReq.inputResponses?.['llm_answer'] === undefined
      ? inputRequired({ inputRequests: { llm_answer: sample('Reply with one word') } })
      : text('done'),
  )
  server.registerTool('test_input_required_result_elicitation', config, (_args, { mcpReq }) => {
    const name = acceptedContent<{ name: string }>(mcpReq.inputResponses, 'user_name')?.name
    if (typeof name !== 'string') return inputRequired({ inputRequests: { user_name: ask('name', 'string') } })
    return text(`Hello, ${name}!`)
  })
  server.registerTool('test_input_required_result_sampling', config, (_args, { mcpReq }) => {
    const answer = mcpReq.inputResponses?.['capital_question']
    if (answer === undefined)
      return inputRequired({ inputRequests: { capital_question: sample('Capital of France?') } })
    return text(JSON.stringify(answer))
  })
  server.registerTool('test_input_required_result_list_roots', config, (_args, { mcpReq }) => {
    const answer = mcpReq.inputResponses?.['client_roots']
    if (answer === undefined) return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } })
    return text(JSON.stringify(answer))
  })
  server.registerTool('test_input_required_result_request_state', config, async (_args, { mcpReq }) => {
    if (acceptedContent(mcpReq.inputResponses, 'confirm') !== undefined && mcpReq.requestState() !== undefined) {
      return text('state-ok')
    }
    return inputRequired({ inputRequests: { confirm: ask('ok', 'boolean') }, requestState: await sealed({}) })
  })
  server.registerTool('test_input_required_result_tampered_state', config, async (_args, { mcpReq }) => {
    if (acceptedContent(mcpReq.inputResponses, 'confirm') !== undefined && mcpReq.requestState() !== undefined) {
      return text('integrity-ok')
    }
    return inputRequired({ inputRequests: { confirm: ask('ok', 'boolean') }, requestState: await sealed({}) })
  })
  server.registerTool('test_input_required_result_multiple_inputs', config, async (_args, { mcpReq }) => {
    const answers = mcpReq.inputResponses
    const complete = ['user_name', 'greeting', 'client_roots'].every((name) => answers?.[name] !== undefined)
    if (complete) return text('done')
    const inputRequests = {
      user_name: ask('name', 'string'),
      greeting: sample('Generate a greeting'),
      client_roots: inputRequired.listRoots(),
    }
    return inputRequired({ inputRequests, requestState: await sealed({}) })
  })
  server.registerTool('test_input_required_result_multi_round', config, async (_args, { mcpReq }) => {
    const round = mcpReq.requestState<State>()?.['round'] ?? 0
    if (round === 2) return text('done')
    const next = round === 0 ? { step1: ask('name', 'string') } : { step2: ask('color', 'string') }
    return inputRequired({ inputRequests: next, requestState: await sealed({ round: round === 0 ? 1 : 2 }) })
  })
  server.registerTool('test_input_required_result_capabilities', config, (_args, { mcpReq }) => {
    if (mcpReq.inputResponses !== undefined) return text('done')
    const envelope = mcpReq.envelope as Readonly<Record<string, ClientCapabilities>> | undefined
    const declared = envelope?.[CLIENT_CAPABILITIES_META_KEY]
    const inputRequests: InputRequests = {
      ...(declared?.elicitation !== undefined && { user_name: ask('name', 'string') }),
      ...(declared?.sampling !== undefined && { greeting: sample('Generate a greeting') }),
      ...(declared?.roots !== undefined && { client_roots: inputRequired.listRoots() }),
    }
    return Object.keys(inputRequests).length === 0 ? text('nothing to ask') : inputRequired({ inputRequests })
  })
}

/** A form with one field. */
export function ask(field: string, type: 'string' | 'boolean') {
  const value = type === 'string' ? { type } : { type }
  const requestedSchema = { type: 'object' as const, properties: { [field]: value }, required: [field] }
  return inputRequired.elicit({ message: `Please give: ${field}`, requestedSchema })
}

function sample(question: string) {
  const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: question } }]
  return inputRequired.createMessage({ messages, maxTokens: 50 })
}

function text(said: string): { content: [{ type: 'text'; text: string }] } {
  return { content: [{ type: 'text', text: said }] }
}
