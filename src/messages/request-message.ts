import { assistantMessage } from '../../generated/message-fields.gen.js';
import type { AssistantMessage, ToolCall } from '../../generated/types.gen.js';
import { isRecord } from '../internal/is-record.js';
import { appendContent, type GrowingContent } from './append-content.js';
import { keepKnown } from './keep-known.js';
import { normalizeContent, type Block } from './normalize-content.js';
import { normalizeToolCalls, type ToolCallPart } from './normalize-tool-call.js';
import { requestName } from './request-name.js';
import { isToolCallId, makeToolCallId } from './tool-call-id.js';

/**
 * A message of the model as a message of a request: with only the fields that the description has for it, thinking in one
 * block at the front, and tool calls that the API accepts.
 *
 * @param calls - Its tool calls, in the form of {@link requestCall}.
 */
export function requestMessage(message: unknown, calls: readonly ToolCall[]): AssistantMessage {
  const fields = isRecord(message) ? message : {};
  const content = requestContent(fields.content);
  const written = {
    ...fields,
    role: 'assistant',
    content: content ?? (calls.length > 0 ? fields.content : ''),
    tool_calls: calls.length > 0 ? calls : undefined,
  };
  // The table and this type are generated from the same description.
  return keepKnown(written, assistantMessage) as AssistantMessage;
}

/**
 * The message of a reply, with ids for its tool calls that are derived from the server's, and the same everywhere.
 *
 * @param seed - Identifies this reply; for calls without an id.
 */
export function requestMessageOf(message: unknown, seed: string): AssistantMessage {
  const taken = new Set<string>();
  const calls = normalizeToolCalls(isRecord(message) ? message.tool_calls : undefined).map((part, place) => {
    const wanted = requestCallId(part.id);
    const id = wanted === undefined || taken.has(wanted) ? makeToolCallId(`${seed}.${place}`, taken) : wanted;
    taken.add(id);
    return requestCall(part, id);
  });
  return requestMessage(message, calls);
}

/** A valid id, derived from a server's id. */
export const requestCallId = (id: string | undefined): string | undefined =>
  id === undefined || isToolCallId(id) ? id : makeToolCallId(id, none);

const none: ReadonlySet<string> = new Set();

/** A call as a request may have it. A name that the API would refuse is changed to one that it accepts. */
export const requestCall = (
  { index, name, arguments: given, rest, functionRest }: ToolCallPart,
  id: string,
): ToolCall => ({
  ...rest,
  id,
  ...(index === undefined ? {} : { index }),
  function: {
    ...functionRest,
    name: requestName(name),
    arguments: isRecord(given) ? given : given?.trim() || '{}',
  },
});

/** Content with its thinking in one block at the front; `undefined` if there is none. */
export function requestContent(content: unknown): GrowingContent {
  if (typeof content === 'string') return content;
  const blocks = appendContent(undefined, normalizeContent(content));
  if (!Array.isArray(blocks)) return undefined;
  const said = blocks.filter(({ type, text }) => type !== 'thinking' && !(type === 'text' && text === ''));
  const thoughts = blocks.filter(({ type }) => type === 'thinking');
  const kept = thoughts.length > 0 ? [thoughts.reduce(joinThoughts), ...said] : said;
  return kept.length > 0 ? kept : undefined;
}

/** One block of thinking with the thoughts of two. */
export const joinThoughts = (first: Block, { thinking, ...more }: Block): Block => ({
  ...first,
  ...more,
  thinking: [first.thinking, thinking].flat(),
});
