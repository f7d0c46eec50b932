import { expect, test } from 'vitest';

import { unknownKey } from '../../../src/internal/unknown-key.js';

const known = ['signal', 'headers'];

test('known keys are no fault', () => {
  expect(unknownKey({ signal: undefined }, known, 'The call', {})).toBeUndefined();
});

test('an unknown key is named, with the known ones', () => {
  expect(unknownKey({ signal: 1, retry: 2 }, known, 'The call', {})).toBe(
    'The call has no option `retry`. Known: signal, headers.',
  );
});

test('a usual mistake is answered with what was meant', () => {
  expect(unknownKey({ abort: 1 }, known, 'The call', { abort: 'signal' })).toBe(
    'The call has no option `abort`. Did you mean `signal`?',
  );
});

test('names that every object inherits are no known mistakes', () => {
  expect(unknownKey({ toString: 1 }, known, 'The call', {})).toBe(
    'The call has no option `toString`. Known: signal, headers.',
  );
});

test.each([null, undefined, 'signal', 7, ['signal']])(
  '%j has no keys: it is not an object of options',
  (options) => {
    expect(unknownKey(options as never, known, 'The call', {})).toBe('The call takes an object of options');
  },
);
