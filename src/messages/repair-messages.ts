import type { ChatMessage } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { unknownKey } from '../internal/unknown-key.js';
import type { Fields, MessageRepair, Placed } from './message-repair.js';
import { normalizeToolIds } from './normalize-tool-ids.js';
import { orderMessages, type TellOf } from './order-messages.js';
import { repairMessage } from './repair-message.js';
import { hasId, isToolCallId } from './tool-call-id.js';

/** A history that the API takes, and what was changed for that. */
export interface RepairedMessages {
  /** For the `messages` of a request. */
  readonly messages: ChatMessage[];
  /** In the order of the messages that were given; empty if they were fine. */
  readonly repairs: readonly MessageRepair[];
}

/** For {@link repairMessages}. */
export interface RepairMessagesOptions {
  /** What the messages are sent to. Chats and agents take the same. */
  readonly for: 'chat';
}

/**
 * Repair a history, from this API or from another, so that a chat takes it: what {@link lintMessages} finds, and content, tool
 * calls and roles in the forms of OpenAI and Anthropic.
 *
 * No word that a person or a model wrote is lost: content that a request cannot have becomes text. Other fields that requests do
 * not have are taken out. Each change is told in `repairs`. Messages that are fine are the same objects in the result; the input is not modified. Repairing the result changes nothing.
 *
 * Repair what is about to be sent: a last message of the assistant becomes a `prefix`, which the model continues.
 *
 * @throws {ArgumentError} if `messages` is not an array, an item is not a message, a role is unknown, or nothing is left to send.
 *
 * @example
 * ```ts
 * import { repairMessages } from 'mistral-sdk/tools';
 *
 * const { messages, repairs } = repairMessages(
 *   [
 *     { role: 'developer', content: 'Be brief.' },
 *     { role: 'user', content: [{ type: 'input_text', text: 'What is Brie?' }] },
 *   ],
 *   { for: 'chat' },
 * );
 * for (const { index, problem, repair } of repairs) console.log(`${index}: ${problem}. ${repair}`);
 * ```
 */
export function repairMessages(
  messages: readonly unknown[],
  options: RepairMessagesOptions,
): RepairedMessages {
  if (!Array.isArray(messages)) throw new ArgumentError('`messages` must be an array of messages');
  const unknown = isRecord(options) && unknownKey(options, ['for'], 'repairMessages()', {});
  if (unknown) throw new ArgumentError(unknown);
  if (options?.for !== 'chat')
    throw new ArgumentError("`for` must be 'chat': repairMessages(messages, { for: 'chat' })");
  const repairs: MessageRepair[] = [];
  const tell: TellOf = (index, rule, problem, repair) => void repairs.push({ index, rule, problem, repair });

  const separate = (messages as readonly unknown[]).flatMap((given, index) =>
    repairMessage(given, index, (...repair) => tell(index, ...repair)).map((message): Placed => ({
      index,
      message,
    })),
  );
  const ordered = repairEnds(orderMessages(separate, tell), tell);
  const repaired = repairIds(ordered, tell);
  return {
    // The repairs are what makes them such messages.
    messages: repaired.map(({ message }) => message) as unknown as ChatMessage[],
    repairs: repairs.toSorted((a, b) => a.index - b.index),
  };
}

function repairEnds(messages: readonly Placed[], tell: TellOf): Placed[] {
  const ended = messages.map((placed, place): Placed => {
    const { index, message } = placed;
    const isLast = place === messages.length - 1;
    if (message.role !== 'assistant' || (message.prefix === true) === isLast) return placed;
    if (isLast) {
      tell(index, 'last-role', 'The last message is one of the assistant', 'It has `prefix: true` now');
      return { ...placed, message: { ...message, prefix: true } };
    }
    tell(index, 'early-prefix', 'An assistant message with `prefix` stands before others', 'It has none now');
    const { prefix: _prefix, ...rest } = message;
    return { ...placed, message: rest };
  });
  const [first] = ended;
  if (!first) throw new ArgumentError('`messages` has nothing to send; begin with a user message');
  if (ended.length > 1 || first.message.role !== 'assistant') return ended;
  tell(
    first.index,
    'first-role',
    'The only message is one of the assistant',
    'A user message that says that the beginning is missing is before it now',
  );
  return [{ index: first.index, message: { role: 'user', content: noBeginning }, isAdded: true }, first];
}

const noBeginning = '[The beginning of this history is missing]';

function repairIds(placed: readonly Placed[], tell: TellOf): Placed[] {
  const normalized = normalizeToolIds(placed.map(({ message }) => message));
  return placed.map((each, place) => {
    const message = normalized[place]!;
    if (message === each.message) return each;
    if (!each.isAdded)
      for (const [before, after] of changedIds(each.message, message))
        tell(
          each.index,
          isToolCallId(before) ? 'duplicate-tool-call-id' : 'tool-call-id',
          wrongId(before),
          `It is ${JSON.stringify(after)} now`,
        );
    return { ...each, message };
  });
}

function changedIds(before: Fields, after: Fields): [unknown, unknown][] {
  const idsAfter = idsOf(after);
  return idsOf(before).flatMap((id, place): [unknown, unknown][] =>
    id === idsAfter[place] ? [] : [[id, idsAfter[place]]],
  );
}

const idsOf = ({ role, tool_call_id: id, tool_calls: calls }: Fields): unknown[] =>
  role === 'tool' ? [id] : (calls as readonly Fields[]).map((call) => call.id);

const wrongId = (id: unknown): string =>
  !hasId(id)
    ? 'The id of the tool call is missing'
    : isToolCallId(id)
      ? `Two tool calls have the id ${id}`
      : `The tool call id ${JSON.stringify(id)} is not nine letters or digits`;
