import { expect, test } from 'vitest';

import { applyEdits } from '../../../src/migrate/edits.js';

test('changes are applied by their place, and several insertions at one place in their order', () => {
  const edits = [
    { start: 3, end: 4, text: 'D' },
    { start: 1, end: 1, text: '<' },
    { start: 1, end: 1, text: '>' },
    { start: 0, end: 1, text: '' },
  ];
  expect(applyEdits('abcd', edits)).toBe('<>bcD');
});

test('the same change twice is one', () => {
  const edit = { start: 0, end: 1, text: 'b' };
  expect(applyEdits('a', [edit, edit])).toBe('b');
});

test('changes that overlap are refused', () => {
  const edits = [
    { start: 0, end: 2, text: 'x' },
    { start: 1, end: 3, text: 'y' },
  ];
  expect(() => applyEdits('abc', edits)).toThrow('overlap at offset 1');
});
