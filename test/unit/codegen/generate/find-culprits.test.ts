import { describe, expect, test } from 'vitest';

import { findCulprits } from '../../../../codegen/generate/find-culprits.js';

/** A check that fails for some items, or for two of them together, and counts how often it is asked. */
function checkOf(bad: readonly number[], together: readonly number[] = []) {
  const asked: (readonly number[])[] = [];
  const check = async (items: readonly number[]): Promise<void> => {
    asked.push(items);
    const first = items.find((item) => bad.includes(item));
    if (first !== undefined) throw new Error(`${first} is bad`);
    if (together.length > 0 && together.every((item) => items.includes(item))) throw new Error('together');
  };
  return { check, asked };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('what a check fails for is found, each with its own failure:', () => {
  test.each<[title: string, count: number, bad: number[]]>([
    ['the first', 7, [0]],
    ['the last', 7, [6]],
    ['several', 9, [1, 2, 8]],
    ['all', 4, [0, 1, 2, 3]],
    ['the only one', 1, [0]],
    ['none', 5, []],
    ['none of nothing', 0, []],
  ])('%s', async (_, count, bad) => {
    const found = await findCulprits(upTo(count), checkOf(bad).check);

    expect([...found].map(([item, { message }]) => [item, message])).toEqual(
      bad.map((item) => [item, `${item} is bad`]),
    );
  });
});

test('two that fail together and not alone are not found', async () => {
  expect(await findCulprits(upTo(8), checkOf([], [1, 6]).check)).toEqual(new Map());
});

test('one among many is found in few checks', async () => {
  const { check, asked } = checkOf([77]);

  await findCulprits(upTo(128), check);

  expect(asked.length).toBeLessThanOrEqual(2 * Math.log2(128) + 1);
});
