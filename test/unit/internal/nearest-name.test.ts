import { expect, test } from 'vitest';

import { nearestName } from '../../../src/internal/nearest-name.js';

const names = [
  'thing_id',
  'page_size',
  'max_tokens',
  'messages',
  'model',
  'top_p',
  'n',
  'min_tokens',
  'tools',
];

test.each([
  ['maxTokens', 'max_tokens'],
  ['MaxTokens', 'max_tokens'],
  ['max-tokens', 'max_tokens'],
  ['maxtokens', 'max_tokens'],
  ['topP', 'top_p'],
  ['pageSize', 'page_size'],
  ['thingId', 'thing_id'],
])('%s is %s in other letters', (given, meant) => {
  expect(nearestName(given, names)).toBe(meant);
});

test.each([
  ['max_token', 'max_tokens'],
  ['max_tokenss', 'max_tokens'],
  ['max_tokons', 'max_tokens'],
  ['message', 'messages'],
  ['mesasges', 'messages'],
  ['modle', 'model'],
  ['tool', 'tools'],
  ['ools', 'tools'],
])('%s is %s with one edit', (given, meant) => {
  expect(nearestName(given, names)).toBe(meant);
});

test.each(['top_k', 'min_p', 'm', 'N1', 'modal', 'mod', 'guardrails', 'reasoning_effort', 'mid_tokuns', ''])(
  '%j is like none',
  (given) => {
    expect(nearestName(given, names)).toBeUndefined();
  },
);
