import { describe, expect, test } from 'vitest';

import { ArgumentError } from '../../../src/errors/argument-error.js';
import { writeQuery } from '../../../src/transport/query.js';

test.each([
  ['strings, numbers and booleans', { a: 'x', b: 0, c: false }, '?a=x&b=0&c=false'],
  ['an array, its name repeated', { status: ['QUEUED', 'RUNNING'] }, '?status=QUEUED&status=RUNNING'],
  ['an object, as names of its own', { metadata: { team: 'a', count: 2 } }, '?team=a&count=2'],
  ['a date, in ISO 8601', { after: new Date(0) }, '?after=1970-01-01T00%3A00%3A00.000Z'],
  ['a list of dates', { at: [new Date(0)] }, '?at=1970-01-01T00%3A00%3A00.000Z'],
  ['the empty string', { search: '' }, '?search='],
])('the query carries %s', (_, parameters, expected) => {
  expect(writeQuery(parameters)).toBe(expected);
});

test.each([[undefined], [{}], [{ a: null, b: undefined }], [{ a: [] }], [{ a: {} }], [{ a: { b: null } }]])(
  'there is no query for %j',
  (parameters) => {
    expect(writeQuery(parameters)).toBe('');
  },
);

test('names and values arrive as they were, whatever they hold', () => {
  const text = 'é & = ? # + % / 👍';

  expect([...new URLSearchParams(writeQuery({ [text]: text }))]).toEqual([[text, text]]);
});

describe('what a query cannot carry is refused by its name', () => {
  test.each([
    ['NaN', NaN, 'NaN'],
    ['Infinity', Infinity, 'Infinity'],
    ['a bigint', 1n, 'bigint'],
    ['a function', () => 1, 'function'],
    ['a symbol', Symbol('s'), 'symbol'],
    ['an array in an array', [['a']], 'object'],
    ['an object in an array', [{ a: 1 }], 'object'],
    ['a hole in an array', [undefined], 'undefined'],
  ])('%s', (_, value, word) => {
    expect(() => writeQuery({ page: value })).toThrow(
      new ArgumentError(
        `\`page\` is ${word}; a query parameter is a string, a number, a boolean or a list of them`,
      ),
    );
  });

  test('an object in an object, by the inner name', () => {
    expect(() => writeQuery({ metadata: { team: { a: 1 } } })).toThrow(/^`team` is object/);
  });
});
