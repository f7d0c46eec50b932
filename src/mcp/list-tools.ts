import { MistralError } from '../errors/mistral-error.js';
import { isRecord } from '../internal/is-record.js';
import { kindOf } from '../internal/kind-of.js';
import type { McpClient, McpToolDescription, McpToolPage } from './mcp-client.js';
import { sendRequest, type RequestLimits } from './send-request.js';

const mostPagesWithoutNews = 10;

/**
 * Every tool of a server, from all pages, by its name.
 *
 * @throws {MistralError} if the pages have no end, or are no pages.
 */
export async function listTools(
  client: McpClient,
  limits: RequestLimits,
): Promise<Map<string, McpToolDescription>> {
  const tools = new Map<string, McpToolDescription>();
  const cursors = new Set<string>();
  let pagesWithoutNews = 0;
  for (let cursor: string | undefined; ;) {
    const params = cursor === undefined ? undefined : { cursor };
    const page = await sendRequest('Listing the tools of the MCP server', limits, (options) =>
      client.listTools(params, options),
    );
    requirePage(page);
    const { size } = tools;
    for (const tool of page.tools) tools.set(tool.name, tool);
    pagesWithoutNews = tools.size > size ? 0 : pagesWithoutNews + 1;
    // Some servers send an empty cursor with the last page.
    if (!page.nextCursor) return tools;
    cursor = page.nextCursor;
    if (cursors.has(cursor))
      throw new MistralError(
        `The MCP server lists its tools without an end: it sent the cursor ${JSON.stringify(cursor)} twice`,
      );
    cursors.add(cursor);
    // Each with a cursor of its own.
    if (pagesWithoutNews === mostPagesWithoutNews)
      throw new MistralError(
        `The MCP server lists its tools without an end: ${mostPagesWithoutNews} pages in a row had no new tool`,
      );
  }
}

function requirePage(page: unknown): asserts page is McpToolPage {
  const tools = isRecord(page) ? page.tools : undefined;
  if (Array.isArray(tools) && tools.every((tool) => isRecord(tool) && typeof tool.name === 'string')) return;
  throw new MistralError(
    `listTools() of the MCP client must return { tools: [{ name, inputSchema }] }, got ${kindOf(page)}`,
  );
}
