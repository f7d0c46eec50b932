import { expect, test } from 'vitest';

import { captureCaller, addCallerStack } from '../../../src/errors/caller.js';
import { MistralError } from '../../../src/errors/mistral-error.js';

const error = (stack: unknown): MistralError =>
  Object.defineProperty(new MistralError('No'), 'stack', { value: stack, configurable: true });

const caller = {
  stack: '[object Object]\n    at call (file:///sdk.js:9:9)\n    at own (file:///app.js:3:7)',
};

test('the frames of the caller follow those of the error, which stays the same', () => {
  const failure = error('MistralError: No\n    at timer (node:timers:1:1)');

  expect(addCallerStack(failure, caller)).toBe(failure);
  expect(failure.stack).toBe(
    'MistralError: No\n    at timer (node:timers:1:1)\n    at call (file:///sdk.js:9:9)\n    at own (file:///app.js:3:7)',
  );
  expect(Object.keys(failure)).not.toContain('stack');
});

test('a line that the stack has already is not told twice, whatever the runtime calls it', () => {
  const failure = error('MistralError: No\n    at async own (file:///app.js:3:1)');

  addCallerStack(failure, caller);
  addCallerStack(failure, caller);

  expect(failure.stack).toBe(
    'MistralError: No\n    at async own (file:///app.js:3:1)\n    at call (file:///sdk.js:9:9)',
  );
});

test('stacks without a head, as in Firefox and Safari, are joined too', () => {
  const failure = error('timer@file:///sdk.js:1:1\n');

  addCallerStack(failure, { stack: 'own@file:///app.js:3:7\n@file:///app.js:9:1\n' });

  expect(failure.stack).toBe('timer@file:///sdk.js:1:1\nown@file:///app.js:3:7\n@file:///app.js:9:1');
});

test('a runtime that cannot capture a stack makes one of an error', () => {
  const capture = Error.captureStackTrace;
  Object.assign(Error, { captureStackTrace: undefined });
  try {
    expect(captureCaller().stack).toContain('caller.test.ts');
  } finally {
    Error.captureStackTrace = capture;
  }
});

test('an error that many calls fail with does not grow with each', () => {
  const failure = error('MistralError: No');

  for (let line = 1; line < 5_000; line += 1)
    addCallerStack(failure, { stack: `Error\n    at own (file:///app.js:${line}:1)` });

  expect(failure.stack!.length).toBeLessThan(17_000);
});

test.each([
  ['what a hook has made of a stack', error([])],
  ['an error without one', error(undefined)],
  ['an error that is frozen', Object.freeze(new MistralError('No'))],
  ['an error of somebody else', new Error('No')],
  ['what is no error', 'No'],
])('%s stays as it is', (_, thrown) => {
  const { stack } = thrown as Error;

  expect(addCallerStack(thrown, caller)).toBe(thrown);
  expect((thrown as Error).stack).toBe(stack);
});

test('nothing is told where nobody knows the caller', () => {
  const failure = error('MistralError: No');

  addCallerStack(failure, undefined);
  addCallerStack(failure, { stack: [] });

  expect(failure.stack).toBe('MistralError: No');
});
