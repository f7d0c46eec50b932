import type { AssistantMessage, ChatCompletionResponse } from '../../generated/types.gen.js';
import { MistralError } from '../errors/mistral-error.js';
import { isRecord } from '../internal/is-record.js';
import { requestMessageOf } from '../messages/request-message.js';

/**
 * The message of the first choice of a completion, ready to go into `messages` of the next request: it has the fields
 * that a message of a request may have and no other, thinking in one block at the front, and tool calls with ids and
 * names that the API takes. Whatever else the server said stays in the completion.
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

/** Tells the choices of a completion from all others. */
export const seedOf = ({ id }: Pick<ChatCompletionResponse, 'id'>, index: number | undefined): string =>
  `${id}.${index ?? 0}`;
