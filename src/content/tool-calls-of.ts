import { isRecord } from '../internal/is-record.js';
import { normalizeToolCall, type ToolCallPart } from '../messages/normalize-tool-call.js';
import { textOfArguments } from '../messages/tool-call-arguments.js';

/** A tool call of the model. */
export interface CalledTool {
  /** The `tool_call_id` for the result. Empty if the model gave none. */
  readonly id: string;
  readonly name: string;
  /** The arguments as JSON, as the model wrote it, unchecked. */
  readonly arguments: string;
}

/**
 * The functions that the model asks for, in one form whichever way the API has: in a chunk or a whole chat
 * completion (its first choice), a message, an event, an entry or the whole response of a conversation.
 */
export function toolCallsOf(value: unknown): CalledTool[] {
  if (Array.isArray(value)) return value.flatMap(toolCallsOf);
  if (!isRecord(value)) return [];
  if (Array.isArray(value.choices)) return toolCallsOf(value.choices[0]);
  if (value.type === 'function.call' || value.type === 'function.call.delta')
    return [calledTool(normalizeToolCall({ id: value.tool_call_id, function: value }))];
  if ('function' in value) return [calledTool(normalizeToolCall(value))];
  return toolCallsOf(value.delta ?? value.message ?? value.tool_calls ?? value.outputs);
}

const calledTool = ({ id = '', name = '', arguments: given }: ToolCallPart): CalledTool => ({
  id,
  name,
  arguments: textOfArguments(given),
});
