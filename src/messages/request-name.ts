import { normalizeName } from './normalize-tool-call.js';

/** The name of a function that the API takes, for one that a model wrote. */
export const requestName = (name: unknown): string =>
  (normalizeName(name) ?? 'unnamed').replace(/[^\w-]/g, '_').slice(0, 64);
