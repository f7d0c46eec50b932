import { messageParts } from '../../generated/message-fields.gen.js';
import { lintHistory, type MessageProblem } from './lint-history.js';
import { unknownFields } from './unknown-fields.js';

/**
 * Find all problems for which the API is known to refuse a list of messages, before anything is sent. The API itself responds
 * with a 422 for unknown fields, or a 400 that names one problem at a time. An empty result means that no known problem was
 * found, not that the request is valid.
 *
 * {@link runTools} and {@link streamTools} do so before their first request. {@link repairMessages} repairs what it finds.
 *
 * @throws {ArgumentError} if `messages` is not an array.
 *
 * @example
 * ```ts
 * import { lintMessages } from 'mistral-sdk/tools';
 *
 * for (const { index, problem, fix } of lintMessages(messages)) console.log(`${index}: ${problem}. ${fix}`);
 * ```
 */
export const lintMessages = (messages: readonly object[]): MessageProblem[] =>
  lintHistory(messages, (message) => unknownFields(message, messageParts));
