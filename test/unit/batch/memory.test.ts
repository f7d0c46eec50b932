import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

test('a million requests need no more memory than the first hundred thousand', async () => {
  const script = ['--expose-gc', '--import', 'tsx', 'test/unit/batch/a-million.ts', '1000000'];
  const { stdout } = await promisify(execFile)(process.execPath, script);
  const { results, joined, mostHeld, used } = JSON.parse(stdout) as {
    results: number;
    joined: number;
    mostHeld: number;
    used: number[];
  };

  expect({ results, joined }).toEqual({ results: 1_000_000, joined: 1_000_000 });
  // Four jobs of 10,000 requests, and one request that the next job begins with.
  expect(mostHeld).toBeLessThanOrEqual(40_001);
  expect(used).toHaveLength(10);
  expect(Math.max(...used) - used[0]!).toBeLessThan(10 * 1024 * 1024);
}, 300_000);
