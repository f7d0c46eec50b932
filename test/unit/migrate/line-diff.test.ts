import { expect, test } from 'vitest';

import { lineDiff } from '../../../src/migrate/line-diff.js';

test('equal texts have no differences', () => {
  expect(lineDiff('a\nb', 'a\nb')).toBe('');
});

test.each([
  ['a line that changed', 'a\nb\nc', 'a\nB\nc', '@@ -2,1 +2,1 @@\n-b\n+B'],
  ['a line that is gone', 'a\nb\nc', 'a\nc', '@@ -2,1 +2,0 @@\n-b'],
  ['a line that is new', 'a\nc', 'a\nb\nc', '@@ -2,0 +2,1 @@\n+b'],
  ['the last line', 'a\nb', 'a\nB', '@@ -2,1 +2,1 @@\n-b\n+B'],
  ['several places', 'a\nb\nc\nd', 'A\nb\nc\nd\ne', '@@ -1,1 +1,1 @@\n-a\n+A\n@@ -5,0 +5,1 @@\n+e'],
])('shows %s', (_, before, after, diff) => {
  expect(lineDiff(before, after)).toBe(diff);
});
