import { hash } from '../internal/hash.js';
import { normalizeId } from './normalize-tool-call.js';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const length = 9;

/** Whether the API takes this as the id of a tool call: nine letters or digits. */
export const isToolCallId = (id: unknown): id is string =>
  typeof id === 'string' && /^[a-zA-Z0-9]{9}$/.test(id);

/** Whether a call carries an id at all; servers write a missing one in several ways. */
export const hasId = (id: unknown): id is string => typeof id === 'string' && normalizeId(id) !== undefined;

/** Make an id that is not taken yet, out of a seed: the same seed gives the same one, in every run. */
export function makeToolCallId(seed: string, taken: Pick<ReadonlySet<string>, 'has'>): string {
  for (let attempt = 0; ; attempt += 1) {
    const id = Array.from({ length }, (_, place) => digit(`${place}.${attempt}.${seed}`)).join('');
    if (!taken.has(id)) return id;
  }
}

const digit = (text: string): string => alphabet[hash(text) % alphabet.length]!;
