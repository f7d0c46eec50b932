/**
 * A connected client of an MCP server: the `Client` of `@modelcontextprotocol/sdk` 1.x or of `@modelcontextprotocol/client` 2.x, or
 * anything else with these methods.
 */
export interface McpClient {
  listTools(
    params?: { cursor?: string },
    options?: { signal?: AbortSignal; timeout?: number },
  ): PromiseLike<McpToolPage>;
  /**
   * The options of the request are the second argument in 2.x, which its `length` tells, and the third one in 1.x. `never`
   * accepts both.
   */
  callTool(
    params: { name: string; arguments?: Record<string, unknown> },
    optionsOrSchema?: never,
    options?: never,
  ): PromiseLike<unknown>;
}

/** A page of the tools of a server. */
export interface McpToolPage {
  readonly tools: readonly McpToolDescription[];
  readonly nextCursor?: string | undefined;
}

/** A tool as its server describes it. */
export interface McpToolDescription {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  /** The JSON Schema of the arguments. */
  readonly inputSchema: object;
  readonly annotations?: McpToolAnnotations | undefined;
}

/** What a server says of its tool. Nobody checks it: trust it as far as you trust the server. */
export interface McpToolAnnotations {
  readonly title?: string | undefined;
  readonly readOnlyHint?: boolean | undefined;
  readonly destructiveHint?: boolean | undefined;
  readonly idempotentHint?: boolean | undefined;
  readonly openWorldHint?: boolean | undefined;
}
