import { expect, test } from 'vitest';

import { sumUsage, tokensOf } from '../../../src/tools/sum-usage.js';

test('every number is added up, those of connectors too', () => {
  const first = { total_tokens: 3, connector_tokens: null, connectors: { web_search: 1 } };
  const second = { total_tokens: 4, connector_tokens: 2, connectors: { web_search: 2, code_interpreter: 1 } };

  expect(sumUsage<object>(first, second)).toEqual({
    total_tokens: 7,
    connector_tokens: 2,
    connectors: { web_search: 3, code_interpreter: 1 },
  });
  expect(first).toEqual({ total_tokens: 3, connector_tokens: null, connectors: { web_search: 1 } });
});

test('an answer without a usage adds nothing', () => {
  expect(sumUsage(undefined, undefined)).toBeUndefined();
  expect(sumUsage({ total_tokens: 3 }, null)).toEqual({ total_tokens: 3 });
});

test('where the total is missing, it is that of its parts', () => {
  expect(tokensOf({ prompt_tokens: 2, completion_tokens: 3 })).toBe(5);
  expect(tokensOf({ total_tokens: 9, prompt_tokens: 2 })).toBe(9);
  expect(tokensOf(undefined)).toBe(0);
});
