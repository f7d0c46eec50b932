import { isRecord } from '../internal/is-record.js';

/**
 * Whether an event carries no part of the answer: a delta whose every field is empty. Servers send such events
 * while the model is silent, and a chat opens with one.
 */
export function saysNothing(event: unknown): boolean {
  if (!isRecord(event)) return false;
  const { choices } = event;
  if (Array.isArray(choices)) return !event.usage && choices.every(isEmptyChoice);
  if (typeof event.type !== 'string' || !event.type.endsWith('.delta')) return false;
  const said = event.content ?? event.text;
  return said !== undefined && isEmpty(said);
}

const isEmptyChoice = (choice: unknown): boolean =>
  isRecord(choice) && isEmpty(choice.finish_reason) && isRecord(choice.delta) && isEmptyDelta(choice.delta);

const isEmptyDelta = (delta: Record<string, unknown>): boolean =>
  Object.keys(delta).every((name) => name === 'role' || isEmpty(delta[name]));

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
