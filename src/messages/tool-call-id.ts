import { hash } from '../internal/hash.js';
import { normalizeId } from './normalize-tool-call.js';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const length = 9;

/** Whether the API accepts this id of a tool call: nine letters or digits. */
export const isToolCallId = (id: unknown): id is string =>
  typeof id === 'string' && /^[a-zA-Z0-9]{9}$/.test(id);

/** Whether a call has an id at all; servers write a missing id in several ways. */
export const hasId = (id: unknown): id is string => typeof id === 'string' && normalizeId(id) !== undefined;

/** Derive an unused id from a seed: the same seed always gives the same id. */
export function makeToolCallId(seed: string, taken: Pick<ReadonlySet<string>, 'has'>): string {
  for (let attempt = 0; ; attempt += 1) {
    const id = Array.from({ length }, (_, place) => digit(`${place}.${attempt}.${seed}`)).join('');
    if (!taken.has(id)) return id;
  }
}

const digit = (text: string): string => alphabet[hash(text) % alphabet.length]!;
