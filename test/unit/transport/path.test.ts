import { describe, expect, test } from 'vitest';

import { ArgumentError } from '../../../src/errors/argument-error.js';
import { fillPath } from '../../../src/transport/path.js';

test('every place of the template is filled', () => {
  expect(
    fillPath('/v1/libraries/{library_id}/documents/{document_id}', { library_id: 'a', document_id: 7 }),
  ).toBe('/v1/libraries/a/documents/7');
});

test('a template without places stays as it is', () => {
  expect(fillPath('/v1/models')).toBe('/v1/models');
});

test.each([
  ['ft:open-mistral-7b:587a6b29', 'ft%3Aopen-mistral-7b%3A587a6b29'],
  ['a/b', 'a%2Fb'],
  ['../files', '..%2Ffiles'],
  ['a?b=1#c', 'a%3Fb%3D1%23c'],
  ['%2e%2e', '%252e%252e'],
  ['a b\t', 'a%20b%09'],
  ['été', '%C3%A9t%C3%A9'],
  ['👍', '%F0%9F%91%8D'],
  ['...', '...'],
  ['$&', '%24%26'],
])('the value %j stays one segment', (value, segment) => {
  const path = fillPath('/v1/files/{file_id}/url', { file_id: value });

  expect(path).toBe(`/v1/files/${segment}/url`);
  expect(new URL(path, 'https://api.test').pathname).toBe(path);
});

describe('a value that cannot be a segment is refused by its name', () => {
  test.each([[''], ['.'], ['..']])('%j would lead to another route', (value) => {
    expect(() => fillPath('/v1/files/{file_id}', { file_id: value })).toThrow(
      new ArgumentError(`\`file_id\` is "${value}", which would address another route; pass an id`),
    );
  });

  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [{}, 'object'],
    [['a'], 'object'],
    [true, 'boolean'],
    [NaN, 'NaN'],
    [-Infinity, '-Infinity'],
    [10n, 'bigint'],
    [() => 'a', 'function'],
  ])('%s is no string', (value, word) => {
    expect(() => fillPath('/v1/files/{file_id}', { file_id: value })).toThrow(
      new ArgumentError(`\`file_id\` is ${word}; pass a non-empty string`),
    );
  });

  test.each([['\ud83d'], ['a\udc4d']])('half of a surrogate pair is in no URL', (value) => {
    expect(() => fillPath('/v1/files/{file_id}', { file_id: value })).toThrow(
      new ArgumentError('`file_id` has a lone surrogate, which a URL cannot contain'),
    );
  });

  test('a parameter that is missing altogether is refused, too', () => {
    expect(() => fillPath('/v1/files/{file_id}')).toThrow(TypeError);
  });
});
