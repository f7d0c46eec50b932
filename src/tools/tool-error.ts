import { setContentFree } from '../errors/content-free.js';
import { MistralError } from '../errors/mistral-error.js';

/**
 * A call of a tool failed, and the run was to stop for it (`onError: 'throw'`): the tool threw, which is the `cause`;
 * or its arguments did not fit, or the model asked for a tool that there is not.
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
