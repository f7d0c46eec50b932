import { describe, expect, test } from 'vitest';

import { ArgumentError } from '../../../src/errors/argument-error.js';
import { MistralError } from '../../../src/errors/mistral-error.js';
import { authorize as setAuthorization, type ApiKey } from '../../../src/transport/authorization.js';
import { failureOf } from '../../helpers/failure-of.js';

async function authorize(key: ApiKey): Promise<string | null> {
  const headers = await setAuthorization(new Headers(), { option: 'apiKey', key, header: undefined });
  return headers.get('authorization');
}

test('a key may be sent as it is in another header', async () => {
  const headers = await setAuthorization(new Headers(), {
    option: 'apiKey',
    key: 'key-1',
    header: 'x-api-key',
  });

  expect([...headers]).toEqual([['x-api-key', 'key-1']]);
});

test('what is wrong with an admin key is told with its own option and variable', () => {
  const set = (key: string) => () =>
    setAuthorization(new Headers(), { option: 'adminApiKey', key, header: undefined });

  expect(set('')).toThrow(
    'The admin API key is empty; pass a key as `adminApiKey`, or set MISTRAL_ADMIN_API_KEY',
  );
  expect(set('"k"')).toThrow('The admin API key has quotation marks around it');
});

test.each([
  ['a string', 'key-1'],
  ['a function', () => 'key-1'],
  ['a function that takes its time', () => Promise.resolve('key-1')],
  ['a string with blanks around it', ' key-1\r\n'],
])('%s becomes a bearer token', async (_, apiKey) => {
  expect(await authorize(apiKey)).toBe('Bearer key-1');
});

test('what the function throws comes out as it is', async () => {
  const fault = new Error('the vault is sealed');

  const error = await failureOf(authorize(() => Promise.reject(fault)));

  expect(error).toBeInstanceOf(ArgumentError);
  expect((error as Error).cause).toBe(fault);
});

test.each([[''], [' \n'], [() => '']])('an empty key is an error', async (apiKey) => {
  const error = await failureOf(authorize(apiKey));

  expect(MistralError.isInstance(error)).toBe(true);
  expect(error).toHaveProperty('message', expect.stringContaining('The API key is empty'));
});

describe('a key that no header can carry', () => {
  test.each([['secret\nX-Other: 1'], ['secret secret'], ['sécret'], ['secret\u200b'], ['secret\0']])(
    'is refused and not quoted: %j',
    async (key) => {
      const error = await failureOf(authorize(key));

      expect(MistralError.isInstance(error)).toBe(true);
      expect(String(error)).not.toMatch(/s[eé]cret/);
    },
  );
});

test('a function that supplies no key is an error that says so', async () => {
  // As in `apiKey: () => process.env.MISSPELT!`.
  const error = await failureOf(authorize(() => undefined as unknown as string));

  expect(MistralError.isInstance(error), String(error)).toBe(true);
});
