import { isRecord } from '../internal/is-record.js';

/** Where servers say how many tokens of a prompt they took from a cache. */
const places = [
  ['prompt_tokens_details', 'cached_tokens'],
  ['prompt_token_details', 'cached_tokens'],
  ['input_tokens_details', 'cached_tokens'],
  ['num_cached_tokens'],
  ['cached_tokens'],
  ['cache_read_input_tokens'],
  ['prompt_cache_hit_tokens'],
] as const;

/**
 * How many tokens of the prompt the server took from its cache, which cost a fraction of the others.
 *
 * @param usage - The `usage` of a response, of a chunk or of a run of tools, in any spelling that servers use.
 * @returns 0 where the server says nothing about it.
 *
 * @example
 * ```ts
 * import { cachedTokensOf } from 'mistral-sdk';
 *
 * const { usage } = await mistral.chat.complete({ model, messages, prompt_cache_key: 'chat-17' });
 * console.log(cachedTokensOf(usage), 'of', usage.prompt_tokens);
 * ```
 */
export const cachedTokensOf = (usage: unknown): number => reportedCachedTokens(usage) ?? 0;

/** The same; `undefined` where the server says nothing about it. */
export function reportedCachedTokens(usage: unknown): number | undefined {
  for (const path of places) {
    let value = usage;
    for (const name of path) value = isRecord(value) ? value[name] : undefined;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
  }
  return undefined;
}
