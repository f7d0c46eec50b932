import type { AssistantMessage, ChatCompletionResponse } from '../../generated/types.gen.js';
import { MistralError } from '../errors/mistral-error.js';
import { isRecord } from '../internal/is-record.js';
import { requestMessageOf } from '../messages/request-message.js';

/**
 * The message of the first choice of a completion, ready for `messages` of the next request: it has only the fields that a
 * message of a request may have, thinking in one block at the front, and tool calls with ids and names that the API accepts.
 * Everything else is in the completion.
 *
 * @throws {MistralError} if the completion has no choices.
 *
 * @example
 * ```ts
 * const completion = await mistral.chat.complete({ model, messages });
 * const next = [...messages, messageOf(completion), { role: 'user' as const, content: 'And tomorrow?' }];
 * await mistral.chat.complete({ model, messages: next });
 * ```
 */
export function messageOf(completion: ChatCompletionResponse): AssistantMessage {
  const choice = completion?.choices?.[0];
  if (!isRecord(choice)) throw new MistralError('The completion has no choices');
  return requestMessageOf(choice.message, seedOf(completion, choice.index));
}

/** Identifies a choice of a completion. */
export const seedOf = ({ id }: Pick<ChatCompletionResponse, 'id'>, index: number | undefined): string =>
  `${id}.${index ?? 0}`;
