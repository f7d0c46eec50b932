import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { withTable } from '../../scripts/migration-table.js';
import { describedOperations } from '../helpers/description.js';

const page = readFileSync('docs/migrating.md', 'utf8');

test('the guide for movers has every method, with what it is called with today', async () => {
  expect(await withTable(page)).toBe(page);
  expect(page.match(/^\| `[\w.]+\(.*?\)` +\| `[\w.]+\(/gm)).toHaveLength(describedOperations.length);
});

test('a table that was edited, or that lacks a method, is noticed', async () => {
  const edited = page.replace('`chat.complete({ messages, model })`', '`chat.complete({})`');
  const short = page.replace(/^\| `ocr\.process.*\n/m, '');

  expect(short).not.toBe(page);
  expect(await withTable(edited)).toBe(page);
  expect(await withTable(short)).toBe(page);
});
