import { afterEach, expect, test, vi } from 'vitest';

import { environmentVariable } from '../../../src/internal/environment.js';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

test('a variable is read without the blanks around it', () => {
  vi.stubEnv('MISTRAL_TEST', ' value\n');

  expect(environmentVariable('MISTRAL_TEST')).toBe('value');
});

test.each([undefined, '', '  '])('a variable that is %j counts as not set', (value) => {
  vi.stubEnv('MISTRAL_TEST', value);

  expect(environmentVariable('MISTRAL_TEST')).toBeUndefined();
});

test('a variable that may not be read, as in Deno without permission, counts as not set', () => {
  const refuse = () => {
    throw new Error('Requires env access');
  };
  vi.stubGlobal('process', { env: new Proxy({}, { get: refuse }) });

  expect(environmentVariable('MISTRAL_TEST')).toBeUndefined();
});

test.each([
  ['no process', undefined],
  ['a process without an environment', {}],
])('a runtime with %s has no variables', (_, process) => {
  vi.stubGlobal('process', process);

  expect(environmentVariable('MISTRAL_TEST')).toBeUndefined();
});
