import { describe, expect, test } from 'vitest';

import { mergeHeaders, toRecord } from '../../../src/transport/headers.js';

describe('mergeHeaders', () => {
  test('lets the later one win, whatever the case of its name', () => {
    const headers = mergeHeaders({ Accept: 'a', 'x-team': '1' }, { ACCEPT: 'b' }, { accept: 'c' });

    expect([...headers]).toEqual([
      ['accept', 'c'],
      ['x-team', '1'],
    ]);
  });

  test('keeps null, which says: leave this one out', () => {
    expect([...mergeHeaders({ accept: 'a', 'x-team': '1' }, { Accept: null })]).toEqual([
      ['accept', null],
      ['x-team', '1'],
    ]);
  });

  test('takes undefined as: nothing was said', () => {
    expect(mergeHeaders({ accept: 'a' }, { accept: undefined }).get('accept')).toBe('a');
  });

  test('lets a later layer put a header back', () => {
    expect(mergeHeaders({ accept: 'a' }, { accept: null }, { accept: 'b' }).get('accept')).toBe('b');
  });

  test('writes numbers and booleans as text', () => {
    expect([...mergeHeaders({ 'x-count': 0, 'x-exact': false })]).toEqual([
      ['x-count', '0'],
      ['x-exact', 'false'],
    ]);
  });

  test('takes `Headers`, and no layer at all', () => {
    expect(mergeHeaders(undefined, new Headers({ accept: 'a' }), undefined).get('accept')).toBe('a');
  });

  test('leaves what it was given as it was', () => {
    const given = new Headers({ accept: 'a' });

    mergeHeaders(given, { accept: 'b' });

    expect(given.get('accept')).toBe('a');
  });
});

test.each([
  [undefined, {}],
  [new Headers({ 'X-Team': '1' }), { 'x-team': '1' }],
  [
    { 'X-Team': 1, accept: null },
    { 'X-Team': 1, accept: null },
  ],
])('%o as an object is %o', (input, expected) => {
  expect(toRecord(input)).toEqual(expected);
});
