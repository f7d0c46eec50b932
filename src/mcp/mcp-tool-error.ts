import { setContentFree } from '../errors/content-free.js';
import { MistralError } from '../errors/mistral-error.js';

/** An MCP tool responded with a result whose `isError` is set. A run treats it as any error of a tool: see `onError`. */
export class McpToolError extends MistralError {
  static override readonly kind = 'McpToolError';
  declare readonly name: 'McpToolError';
  /** As its server calls it. */
  readonly toolName: string;
  /** As it arrived, with `content` and perhaps `structuredContent`. */
  readonly result: Readonly<Record<string, unknown>>;

  constructor(toolName: string, problem: string, result: Readonly<Record<string, unknown>>) {
    super(`The MCP tool \`${toolName}\` failed: ${problem}`);
    setContentFree(this, 'An MCP tool failed');
    this.toolName = toolName;
    this.result = result;
  }
}
