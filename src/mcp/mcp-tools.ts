import { ArgumentError } from '../errors/argument-error.js';
import { withCallerStack } from '../errors/caller.js';
import { isTimeoutMs, longestDelayMs } from '../internal/clock.js';
import { describeThrown } from '../internal/describe-thrown.js';
import { isRecord } from '../internal/is-record.js';
import { nearestName } from '../internal/nearest-name.js';
import { unknownKey } from '../internal/unknown-key.js';
import { tool, type RunnableTool, type ToolContext } from '../tools/tool.js';
import { listTools } from './list-tools.js';
import type { McpClient, McpToolDescription } from './mcp-client.js';
import { readResult } from './read-result.js';
import { sendRequest, type McpRequestOptions } from './send-request.js';
import { toolNameOf } from './tool-name.js';

/** Options of {@link mcpTools}. */
export interface McpToolsOptions {
  /**
   * The tools to take, by the names that the server gives them, without `prefix`. One that does not exist is an error.
   *
   * @default all
   */
  readonly include?: readonly string[] | undefined;
  /** Tools to leave out, by the names that the server gives them. */
  readonly exclude?: readonly string[] | undefined;
  /** Put before the names that the model sees, so that tools of several servers cannot have the same: `github_`. */
  readonly prefix?: string | undefined;
  /**
   * Whether a person must allow a call before it runs: see {@link ToolDefinition}. A function is called with the tool as the
   * server describes it, and the arguments.
   *
   * @default false
   */
  readonly needsApproval?:
    | boolean
    | ((tool: McpToolDescription, args: unknown, context: ToolContext) => boolean | PromiseLike<boolean>)
    | undefined;
  /**
   * Timeout of each request to the server: a tool call, or a page of the list.
   *
   * @default that of the client, usually 60 s
   */
  readonly timeoutMs?: number | undefined;
  /** Aborts the listing. Calls abort with the run. */
  readonly signal?: AbortSignal | undefined;
}

const known = [
  'include',
  'exclude',
  'prefix',
  'needsApproval',
  'timeoutMs',
  'signal',
] as const satisfies readonly (keyof McpToolsOptions)[];

const mistaken = {
  timeout: 'timeoutMs',
  allow: 'include',
  allowedTools: 'include',
  approve: 'needsApproval',
  requireApproval: 'needsApproval',
};

/**
 * List the tools of an MCP server as tools for {@link runTools}, which calls them through the same client. They are those of this
 * moment: when the server says that its list has changed, call it again.
 *
 * @param client - A connected client of `@modelcontextprotocol/sdk` 1.x or `@modelcontextprotocol/client` 2.x.
 * @throws {ArgumentError} for an invalid option, and for a tool that the API would refuse.
 * @throws {TimeoutError} {@link AbortError}, or what the client throws.
 *
 * @example
 * ```ts
 * import { mcpTools } from 'mistral-sdk/mcp';
 *
 * const tools = await mcpTools(client, { prefix: 'office_', exclude: ['learn'] });
 * console.log(tools.map((tool) => tool.function.name));
 * ```
 */
export function mcpTools(client: McpClient, options: McpToolsOptions = {}): Promise<RunnableTool[]> {
  return withCallerStack(async () => {
    checkArguments(client, options);
    const { include, exclude = [], prefix = '', needsApproval, signal, timeoutMs } = options;
    const listed = await listTools(client, { signal, timeoutMs });
    checkNames(listed, include, exclude);

    const origins = new Map<string, string>();
    return [...listed.values()]
      .filter(({ name }) => include?.includes(name) !== false && !exclude.includes(name))
      .map((described) => {
        const name = toolNameOf(described.name, prefix);
        const other = origins.get(name);
        if (other !== undefined)
          throw new ArgumentError(
            `The MCP tools \`${other}\` and \`${described.name}\` have the same name for the model, \`${name}\`; \`exclude\` one of them`,
          );
        origins.set(name, described.name);
        return makeTool(client, described, name, { needsApproval, timeoutMs });
      });
  });
}

function makeTool(
  client: McpClient,
  described: McpToolDescription,
  name: string,
  { needsApproval, timeoutMs }: Pick<McpToolsOptions, 'needsApproval' | 'timeoutMs'>,
): RunnableTool {
  const { name: origin, title, description } = described;
  try {
    return tool({
      name,
      description:
        [description, title, origin].find((text) => typeof text === 'string' && text.trim() !== '') ?? name,
      parameters: { ...described.inputSchema },
      needsApproval:
        typeof needsApproval === 'function'
          ? (args, context) => needsApproval(described, args, context)
          : needsApproval,
      async execute(args, context) {
        // A run passes an object; the server validates it.
        const params = { name: origin, arguments: { ...(args as object) } };
        const result = await sendRequest(
          `The MCP tool \`${origin}\``,
          { signal: context.signal, timeoutMs },
          (options) =>
            callTool(client, params, {
              ...options,
              onprogress: (progress) => context.reportProgress(progress),
            }),
        );
        return readResult(origin, result);
      },
    });
  } catch (cause) {
    throw new ArgumentError(
      `The MCP tool \`${origin}\` cannot be used: ${describeThrown(cause)}. To go on without it, \`exclude\` it`,
      { cause },
    );
  }
}

interface McpCallOptions extends McpRequestOptions {
  readonly onprogress: (progress: unknown) => void;
}

/** Whatever wraps a client of 2.x without that `length` gets no options: limits then apply outside of it alone. */
function callTool(
  client: McpClient,
  params: { name: string; arguments: Record<string, unknown> },
  options: McpCallOptions,
): PromiseLike<unknown> {
  // The type of an argument that is another thing in each generation.
  const given = options as never;
  return client.callTool.length === 2
    ? client.callTool(params, given)
    : client.callTool(params, undefined, given);
}

function checkArguments(client: McpClient, options: McpToolsOptions): void {
  const given: unknown = options;
  if (typeof client?.listTools !== 'function' || typeof client.callTool !== 'function')
    throw new ArgumentError(
      'mcpTools(client, options) takes a connected client of an MCP server, with listTools() and callTool()',
    );
  if (!isRecord(given)) throw new ArgumentError('The options of mcpTools() must be an object');
  const problem = unknownKey(options, known, 'mcpTools()', mistaken);
  if (problem) throw new ArgumentError(problem);
  const { include, exclude, prefix = '', needsApproval, timeoutMs, signal } = options;
  for (const [option, names] of Object.entries({ include, exclude }))
    if (names !== undefined && !(Array.isArray(names) && names.every((name) => typeof name === 'string')))
      throw new ArgumentError(`\`${option}\` of mcpTools() must be an array of names`);
  if (typeof prefix !== 'string' || !/^[\w-]*$/.test(prefix))
    throw new ArgumentError('`prefix` of mcpTools() must consist of letters, digits, `_` and `-`');
  if (!['undefined', 'boolean', 'function'].includes(typeof needsApproval))
    throw new ArgumentError('`needsApproval` of mcpTools() must be a boolean or a function');
  if (timeoutMs !== undefined && !isTimeoutMs(timeoutMs))
    throw new ArgumentError(
      `\`timeoutMs\` of mcpTools() must be a number of milliseconds above 0, up to ${longestDelayMs}`,
    );
  // Checked by structure: the signal may be of another realm, as in frames of a page.
  if (signal !== undefined && typeof signal?.addEventListener !== 'function')
    throw new ArgumentError('`signal` of mcpTools() must be an AbortSignal');
}

/** A name to exclude may be missing, as a server need not always have the tool; but not by a slip, which would let it in. */
function checkNames(
  listed: ReadonlyMap<string, McpToolDescription>,
  include: readonly string[] = [],
  exclude: readonly string[],
): void {
  const names = [...listed.keys()];
  const isMissing = (name: string) => !listed.has(name);
  const slips = exclude.filter((name) => nearestName(name, names) !== undefined);
  for (const name of [...include, ...slips].filter(isMissing)) {
    const meant = nearestName(name, names);
    throw new ArgumentError(
      `The MCP server has no tool \`${name}\`. ${meant ? `Did you mean \`${meant}\`?` : `Its tools: ${names.join(', ') || 'none'}`}`,
    );
  }
}
