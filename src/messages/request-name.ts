import { normalizeName } from './normalize-tool-call.js';

const longestName = 64;

/** Whether the API accepts a function name: up to 64 letters, digits, `_` and `-`. */
export const isFunctionName = (name: unknown): name is string =>
  typeof name === 'string' && name.length <= longestName && /^[\w-]+$/.test(name);

/** A function name that the API accepts, for one that a model wrote. */
export const requestName = (name: unknown): string =>
  (normalizeName(name) ?? 'unnamed').replace(/[^\w-]/g, '_').slice(0, longestName);
