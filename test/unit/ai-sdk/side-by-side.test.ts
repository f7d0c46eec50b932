import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';

import manifest from '@ai-sdk/mistral/package.json' with { type: 'json' };
import { sideBySide } from '../../helpers/side-by-side.js';

const global = globalThis as { AI_SDK_LOG_WARNINGS?: boolean };

beforeAll(() => {
  global.AI_SDK_LOG_WARNINGS = false;
});

afterAll(() => {
  delete global.AI_SDK_LOG_WARNINGS;
});

test('the table of the guide says what the AI SDK shows with both providers', async () => {
  const rows = await sideBySide();

  const guide = readFileSync('docs/ai-sdk.md', 'utf8');
  const lines = guide.split('\n').filter((line) => /^\| .*\|$/.test(line));
  const tables = lines.map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  const start = tables.findIndex(([, , theirs]) => theirs === `\`@ai-sdk/mistral\` ${manifest.version}`);
  expect(tables.slice(start + 2, start + 2 + rows.length)).toEqual(rows);
  expect(tables[start + 2 + rows.length]?.[0]).not.toBe('');
});
