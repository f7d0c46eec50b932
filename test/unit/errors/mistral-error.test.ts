import { afterEach, expect, test, vi } from 'vitest';

import { ConnectionError } from '../../../src/errors/connection-error.js';
import { MistralError } from '../../../src/errors/mistral-error.js';
import * as sdk from '../../../src/index.js';

afterEach(() => {
  vi.resetModules();
});

test('every error class that is exported is a MistralError', () => {
  const classes = Object.entries(sdk).filter(([name]) => name.endsWith('Error'));

  expect(classes.length).toBeGreaterThan(10);
  for (const [name, { kind, prototype }] of classes as [string, { kind: string; prototype: unknown }][]) {
    expect(kind).toBe(name);
    expect(prototype).toBeInstanceOf(name === 'ArgumentError' ? TypeError : Error);
  }
});

test('instanceof and isInstance know an error of another copy of this package', async () => {
  vi.resetModules();
  const copy = await import('../../../src/errors/connection-error.js');
  const error = new copy.ConnectionError('No route to host');

  expect(copy.ConnectionError).not.toBe(ConnectionError);
  for (const known of [MistralError, ConnectionError]) {
    expect(error).toBeInstanceOf(known);
    expect(known.isInstance(error)).toBe(true);
  }
  expect(error).not.toBeInstanceOf(sdk.AbortError);
  expect(sdk.AbortError.isInstance(error)).toBe(false);
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
