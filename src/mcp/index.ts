export type { McpClient, McpToolAnnotations, McpToolDescription, McpToolPage } from './mcp-client.js';
export { McpToolError } from './mcp-tool-error.js';
export { mcpTools, type McpToolsOptions } from './mcp-tools.js';
