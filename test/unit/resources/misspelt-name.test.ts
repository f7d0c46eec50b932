import { expect, test } from 'vitest';

import type { Operation } from '../../../generated/api.gen.js';
import { misspeltName } from '../../../src/resources/misspelt-name.js';

const operation: Operation = {
  id: 'things.create',
  kind: 'json',
  send: () => Promise.resolve(),
  path: ['thing_id'],
  query: ['page_size'],
  body: 'json',
  names: { fields: ['max_tokens', 'messages', 'model', 'top_p', 'n', 'min_tokens', 'tools'] },
};

test.each([
  ['maxTokens', 'max_tokens'],
  ['MaxTokens', 'max_tokens'],
  ['max-tokens', 'max_tokens'],
  ['maxtokens', 'max_tokens'],
  ['topP', 'top_p'],
  ['pageSize', 'page_size'],
  ['thingId', 'thing_id'],
])('%s is %s in other letters', (given, meant) => {
  expect(misspeltName(operation, given)).toBe(meant);
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
  expect(misspeltName(operation, given)).toBe(meant);
});

test.each(['top_k', 'min_p', 'm', 'N1', 'modal', 'mod', 'guardrails', 'reasoning_effort', 'mid_tokuns', ''])(
  '%j is like none',
  (given) => {
    expect(misspeltName(operation, given)).toBeUndefined();
  },
);
