export { mcpAuthInfo, type McpAuthInfo } from './mcp-auth-info.ts'
