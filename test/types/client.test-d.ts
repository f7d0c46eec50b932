import { expectTypeOf, test } from 'vitest';

import { APIError, Mistral, MistralError, NotFoundError } from '../../src/index.js';

test('a client needs no options, and takes those that there are', () => {
  void new Mistral();
  void new Mistral({ apiKey: 'key' });
  void new Mistral({ apiKey: () => 'key' });
  void new Mistral({ apiKey: async () => 'key' });
  void new Mistral({ baseURL: 'https://proxy.test', headers: { 'x-team': 'a' } });
  void new Mistral({ fetch });
  void new Mistral({ fetch: async (url, init) => new Response(`${url} ${init.method}`) });
});

test('options that do not exist are refused', () => {
  // @ts-expect-error it is called baseURL
  void new Mistral({ baseUrl: 'https://proxy.test' });
  // @ts-expect-error a key is a string
  void new Mistral({ apiKey: 1 });
  // @ts-expect-error a key that may be missing has to be looked at first
  void new Mistral({ apiKey: () => process.env.KEY });
});

test('errors are told apart by class', () => {
  const error: unknown = undefined;
  if (error instanceof NotFoundError) expectTypeOf(error.status).toEqualTypeOf<number>();
  if (error instanceof APIError) expectTypeOf(error.requestId).toEqualTypeOf<string | undefined>();
  if (MistralError.isInstance(error)) expectTypeOf(error).toEqualTypeOf<MistralError>();
});
