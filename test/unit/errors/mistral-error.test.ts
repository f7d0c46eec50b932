import { afterEach, expect, test, vi } from 'vitest';

import { MistralError } from '../../../src/errors/mistral-error.js';
import * as sdk from '../../../src/index.js';

afterEach(() => {
  vi.resetModules();
});

test('every error class that is exported is a MistralError', () => {
  const classes = Object.entries(sdk).filter(([name]) => name.endsWith('Error'));

  expect(classes.length).toBeGreaterThan(10);
  for (const [name, { prototype }] of classes as [string, { prototype: unknown }][]) {
    expect(name === 'MistralError' || prototype instanceof MistralError, name).toBe(true);
  }
});

test('isInstance knows an error of another copy of this package, which instanceof does not', async () => {
  vi.resetModules();
  const copy = await import('../../../src/errors/connection-error.js');
  const error = new copy.ConnectionError('No route to host');

  expect(error).not.toBeInstanceOf(MistralError);
  expect(MistralError.isInstance(error)).toBe(true);
});

test.each([[new Error('another')], [{ name: 'MistralError' }], ['MistralError'], [null], [undefined]])(
  'isInstance is false for %j',
  (value) => {
    expect(MistralError.isInstance(value)).toBe(false);
  },
);

test('an error keeps its cause and its name', () => {
  const cause = new Error('below');
  const error = new MistralError('above', { cause });

  expect(error.cause).toBe(cause);
  expect(String(error)).toBe('MistralError: above');
});
