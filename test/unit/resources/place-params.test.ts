import { describe, expect, test } from 'vitest';

import type { Operation } from '../../../generated/api.gen.js';
import { placeParams } from '../../../src/resources/place-params.js';

const operation: Operation = {
  id: 'things.update',
  kind: 'json',
  method: 'PATCH',
  url: '/v1/things/{thing_id}',
  path: ['thing_id'],
  query: ['dry_run', 'filter'],
  jsonQuery: ['filter'],
};
const withBody: Operation = { ...operation, body: 'json', fixed: { stream: true } };

describe('an operation with a body', () => {
  test('has each parameter at its place, and in the body what is left', () => {
    const params = { thing_id: 'a', dry_run: true, name: 'b', not_yet_known: [1] };

    expect(placeParams(withBody, params)).toEqual({
      path: { thing_id: 'a' },
      query: { dry_run: true },
      body: { name: 'b', not_yet_known: [1], stream: true },
    });
  });

  test('sends its body though there is nothing to put in it', () => {
    expect(placeParams({ ...withBody, fixed: {} }, {})).toEqual({ path: {}, query: {}, body: {} });
  });

  test('that is no object is one parameter', () => {
    const whole: Operation = { ...operation, body: 'json', isBodyWhole: true };

    expect(placeParams(whole, { thing_id: 'a', body: [1, 2] })).toEqual({
      path: { thing_id: 'a' },
      query: {},
      body: [1, 2],
    });
    expect(placeParams(whole, { thing_id: 'a' }).body).toBeUndefined();
  });

  test('decides its fixed fields itself', () => {
    expect(placeParams(withBody, { stream: null }).body).toEqual({ stream: true });
  });
});

describe('an operation without a body', () => {
  test('has in its query what is left', () => {
    expect(placeParams(operation, { thing_id: 'a', not_yet_known: [1] })).toEqual({
      path: { thing_id: 'a' },
      query: { not_yet_known: [1] },
    });
  });
});

describe('a parameter that travels as JSON', () => {
  test.each([
    [{ team: { name: 'é' } }, '{"team":{"name":"é"}}'],
    [[], '[]'],
    ['text', '"text"'],
    [0, '0'],
    [null, null],
    [undefined, undefined],
  ])('%j is %j', (filter, written) => {
    expect(placeParams(operation, { filter }).query).toEqual({ filter: written });
  });
});

test('the params of the caller stay as they were', () => {
  const params = Object.freeze({ thing_id: 'a', stream: null });

  expect(() => placeParams(withBody, params)).not.toThrow();
});
