import { isRecord } from '../internal/is-record.js';
import { normalizeBlocks } from '../messages/normalize-content.js';
import { normalizeToolCalls } from '../messages/normalize-tool-call.js';

/**
 * Whether an event has no content of the model: no text, no thinking, no tool call, and no finish reason. Servers send such
 * events as keep-alives, and a chat starts with one.
 */
export function isEmptyEvent(event: unknown): boolean {
  if (!isRecord(event)) return false;
  const { choices, usage, type } = event;
  if (Array.isArray(choices)) return choices.every(isEmptyChoice) && (choices.length > 0 || !usage);
  if (typeof type !== 'string') return false;
  if (keepAlive.test(type)) return true;
  const present = ['content', 'text', 'arguments'].filter((name) => name in event);
  if (!type.endsWith('.delta') || present.length === 0) return false;
  return present.every((name) => isEmptyContent(event[name])) && !event.name;
}

const keepAlive = /^(ping|keep-?alive|heartbeat)$/i;

/** Fields with content of the model, of this API and of others behind gateways. */
const contentFields = ['content', 'reasoning_content', 'reasoning', 'refusal'];

function isEmptyChoice(choice: unknown): boolean {
  if (!isRecord(choice) || choice.finish_reason) return !isRecord(choice);
  const { delta } = choice;
  if (!isRecord(delta)) return true;
  // By far the most frequent.
  if (typeof delta.content === 'string' && delta.content !== '') return false;
  return contentFields.every((name) => isEmptyContent(delta[name])) && isEmptyCalls(delta.tool_calls);
}

const isEmptyContent = (content: unknown): boolean =>
  typeof content === 'string' ? content === '' : normalizeBlocks(content).every(isEmptyBlock);

const isEmptyBlock = ({ type, text, thinking }: Record<string, unknown>): boolean =>
  type === 'thinking' ? isEmptyContent(thinking) : type === 'text' && text === '';

const isEmptyCalls = (calls: unknown): boolean =>
  !calls ||
  normalizeToolCalls(calls).every((part) => part.name === undefined && part.arguments === undefined);
