import { setContentFree } from '../errors/content-free.js';
import { MistralError } from '../errors/mistral-error.js';

/**
 * A tool call failed, with `onError: 'throw'`: the tool threw (its error is the `cause`), its arguments were invalid, or the tool
 * does not exist.
 */
export class ToolError extends MistralError {
  static override readonly kind = 'ToolError';
  declare readonly name: 'ToolError';
  readonly toolName: string;
  readonly callId: string;

  constructor(toolName: string, callId: string, problem: string, options?: ErrorOptions) {
    super(`The tool \`${toolName}\` failed: ${problem}`, options);
    // The name is content: the model may have invented it.
    setContentFree(this, 'A tool failed');
    this.toolName = toolName;
    this.callId = callId;
  }
}
