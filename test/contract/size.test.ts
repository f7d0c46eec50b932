import { expect, test } from 'vitest';

import { measureSizes, problemsOf, type Size } from '../../scripts/size.js';

test('no program weighs more than its budget, and no budget is slack', async () => {
  expect(problemsOf(await measureSizes())).toEqual([]);
});

test('a budget that is passed, slack or missing is told', () => {
  const size = (bytes: number, budgetBytes?: number): Size[] => [{ name: 'it', bytes, budgetBytes }];

  expect(problemsOf(size(10_001, 10_000))).toEqual(['it: 10001 bytes are more than its budget of 10000']);
  expect(problemsOf(size(9_000, 10_000))).toEqual([expect.stringContaining('guards nothing')]);
  expect(problemsOf(size(9_000))).toEqual([expect.stringContaining('no budget')]);
  expect(problemsOf([...size(10_000, 10_000), ...size(9_700, 10_000), ...size(100, 140)])).toEqual([]);
});
