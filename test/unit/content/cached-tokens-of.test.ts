import { expect, test } from 'vitest';

import { cachedTokensOf } from '../../../src/content/cached-tokens-of.js';

test.each([
  { prompt_tokens_details: { cached_tokens: 7 } },
  { prompt_token_details: { cached_tokens: 7 } },
  { input_tokens_details: { cached_tokens: 7 } },
  { num_cached_tokens: 7 },
  { cached_tokens: 7 },
  { cache_read_input_tokens: 7 },
  { prompt_cache_hit_tokens: 7 },
  { prompt_tokens_details: null, num_cached_tokens: 7 },
  { prompt_tokens_details: { cached_tokens: null }, num_cached_tokens: 7 },
])('cached tokens are found in %j', (usage) => {
  expect(cachedTokensOf({ prompt_tokens: 9, ...usage })).toBe(7);
});

test.each([
  undefined,
  null,
  {},
  7,
  { num_cached_tokens: '7' },
  { prompt_tokens_details: { cached_tokens: NaN } },
])('there are none in %j', (usage) => {
  expect(cachedTokensOf(usage)).toBe(0);
});
