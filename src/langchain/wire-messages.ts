import type { BaseMessage } from '@langchain/core/messages';

import type { ChatMessage } from '../../generated/types.gen.js';
import { recordsIn } from '../internal/records-in.js';
import type { Block } from '../messages/normalize-content.js';
import { repairMessages } from '../messages/repair-messages.js';
import { wireBlock } from './wire-block.js';

/** In `response_metadata` of the messages that are made here. */
export const provider = 'mistral';

/**
 * Messages of LangChain as those of a request. {@link repairMessages} makes them such that the API takes them, whichever model or
 * framework wrote them: ids of nine letters or digits, a result for each tool call, roles in their order.
 *
 * @throws {ArgumentError} for a role or content that the API cannot be given.
 */
export function wireMessages(messages: readonly BaseMessage[]): ChatMessage[] {
  const answered = new Set(messages.map((message) => fieldsOf(message).tool_call_id));
  return repairMessages(
    messages.map((message) => wireMessage(message, answered)),
    { for: 'chat' },
  ).messages;
}

/** The fields that subclasses have. By structure, as there may be several copies of LangChain. */
const fieldsOf = (value: object): Block => value as Block;

const roles: Readonly<Record<string, string>> = { human: 'user', ai: 'assistant' };

function wireMessage(message: BaseMessage, answered: ReadonlySet<unknown>): Block {
  const { role: given, tool_call_id, name } = fieldsOf(message);
  const type = message.getType();
  const role = type === 'generic' ? given : (roles[type] ?? type);
  if (role === 'assistant') return assistantMessage(message, answered);
  const content = wireContent(message.content);
  // Of the others, a name says in LangChain who wrote it, and is not for the model.
  return role === 'tool' || role === 'function' ? { role, tool_call_id, name, content } : { role, content };
}

function assistantMessage(message: BaseMessage, answered: ReadonlySet<unknown>): Block {
  const { tool_calls, invalid_tool_calls } = fieldsOf(message);
  const calls = recordsIn(tool_calls);
  const called = calls.map(({ id, name, args }) => ({ id, function: { name, arguments: args } }));
  // Without its result, a call that was refused is as if the model had not made it.
  const refused = recordsIn(invalid_tool_calls)
    .filter(({ id }) => answered.has(id))
    .map(({ id, name, args }) => ({ id, function: { name, arguments: args } }));
  const isKnown = ({ type, call_id, id = call_id }: Block) =>
    /^(tool_(call|use)|function_call|invalid_tool_call)$/.test(String(type)) &&
    (type === 'invalid_tool_call' || calls.some((call) => call.id === id || call.id === call_id));
  const content =
    typeof message.content === 'string'
      ? message.content
      : recordsIn(message.content)
          .filter((block) => !isPartOfCall(block) && !isKnown(block))
          .map(fieldsOf(message.response_metadata).model_provider === provider ? ownBlock : wireBlock);
  const { reasoning_content: reasoning, function_call } = message.additional_kwargs ?? {};
  return {
    role: 'assistant',
    content,
    ...(called.length + refused.length > 0 ? { tool_calls: [...called, ...refused] } : {}),
    ...(function_call === undefined ? {} : { function_call }),
    // Elsewhere the thinking is here.
    ...(typeof reasoning === 'string' ? { reasoning_content: reasoning } : {}),
  };
}

/** What LangChain keeps of a streamed call. */
const isPartOfCall = ({ type }: Block): boolean => type === 'tool_call_chunk' || type === 'input_json_delta';

/** A block of this API keeps the fields that its thinking had. */
function ownBlock(block: Block): unknown {
  if (block.type !== 'reasoning') return wireBlock(block);
  const { reasoning, index: _index, ...rest } = block;
  return { ...rest, type: 'thinking', thinking: [{ type: 'text', text: reasoning }] };
}

const wireContent = (content: unknown): unknown =>
  Array.isArray(content) ? content.map(wireBlock) : content;
