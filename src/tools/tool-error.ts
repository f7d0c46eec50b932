import { setContentFree } from '../errors/content-free.js';
import { MistralError } from '../errors/mistral-error.js';

/**
 * A tool call failed, with `onError: 'throw'`: the tool threw, which is the `cause`; or its arguments were invalid, or the
 * tool does not exist.
 */
export class ToolError extends MistralError {
  static override readonly kind = 'ToolError';
  declare readonly name: 'ToolError';
  readonly toolName: string;
  readonly callId: string;

  constructor(toolName: string, callId: string, problem: string, options?: ErrorOptions) {
    super(`The tool \`${toolName}\` failed: ${problem}`, options);
    // The model may have made the name up.
    setContentFree(this, 'A tool failed');
    this.toolName = toolName;
    this.callId = callId;
  }
}
