import { afterEach, describe, expect, test, vi } from 'vitest';

import { azure } from '../../../src/hosts/index.js';
import { ArgumentError, Mistral, type MistralOptions } from '../../../src/index.js';
import { createTransport } from '../../../src/transport/transport.js';
import { failureOf } from '../../helpers/failure-of.js';

const roles = { method: 'GET', path: '/v1/admin/roles', key: 'adminApiKey' } as const;

/** A client that keeps the headers of what it sends. */
function recording(options: MistralOptions) {
  const sent: Headers[] = [];
  const fetch = async (_: string, { headers }: RequestInit) => {
    sent.push(new Headers(headers));
    return Response.json({});
  };
  return { mistral: new Mistral({ maxRetries: 0, fetch, ...options }), sent };
}

afterEach(() => vi.unstubAllEnvs());

describe('a request that needs the key of an administrator', () => {
  test.each<[string, MistralOptions, string | undefined]>([
    ['the option', { apiKey: 'key', adminApiKey: 'admin' }, undefined],
    ['a function', { apiKey: 'key', adminApiKey: async () => 'admin' }, undefined],
    ['the environment', { apiKey: 'key' }, 'admin'],
    ['the option alone, without an API key', { adminApiKey: 'admin' }, undefined],
  ])('takes it from %s', async (_, options, variable) => {
    vi.stubEnv('MISTRAL_API_KEY', undefined);
    vi.stubEnv('MISTRAL_ADMIN_API_KEY', variable);
    const { mistral, sent } = recording(options);

    await mistral.request(roles);

    expect(sent.map((headers) => headers.get('authorization'))).toEqual(['Bearer admin']);
  });

  test('says which is missing, and does not send the API key instead', async () => {
    vi.stubEnv('MISTRAL_ADMIN_API_KEY', undefined);
    const { mistral, sent } = recording({ apiKey: 'key' });

    const error = await failureOf(mistral.request(roles));

    expect(error).toBeInstanceOf(ArgumentError);
    expect(error).toHaveProperty(
      'message',
      'No admin API key: set MISTRAL_ADMIN_API_KEY, or pass `new Mistral({ adminApiKey })`',
    );
    expect(sent).toEqual([]);
  });

  test('sends no key of the environment to the host of another company', async () => {
    vi.stubEnv('MISTRAL_ADMIN_API_KEY', 'admin');
    const { mistral, sent } = recording(azure({ endpoint: 'https://a.example', apiKey: 'key' }));

    const error = await failureOf(mistral.request(roles));

    expect(error).toBeInstanceOf(ArgumentError);
    expect(String(error)).toContain('needs `adminApiKey`');
    expect(sent).toEqual([]);
  });

  test('is told apart by a key that there is', () => {
    const { mistral } = recording({ apiKey: 'key' });

    expect(() => mistral.request({ ...roles, key: 'admin' as never })).toThrow(
      "`key` must be 'apiKey' or 'adminApiKey'",
    );
  });
});

test('other requests take the API key, although there is one of an administrator', async () => {
  const { mistral, sent } = recording({ apiKey: 'key', adminApiKey: 'admin' });

  await mistral.models.list();

  expect(sent[0]!.get('authorization')).toBe('Bearer key');
});

describe('a key in a header of its own', () => {
  const send = async (headers: Record<string, string | null> = {}) => {
    const sent: Headers[] = [];
    const transport = createTransport({
      apiKey: 'key',
      headers,
      fetch: async (_, init) => {
        sent.push(new Headers(init.headers));
        return Response.json({});
      },
    });
    const call = { method: 'GET', url: '/v1/users', meta: { keyHeader: 'x-api-key' } } as const;
    await transport.request(call);
    return Object.fromEntries(sent[0]!);
  };

  test('is not sent as a bearer token', async () => {
    const { authorization, 'x-api-key': key } = await send();

    expect([authorization, key]).toEqual([undefined, 'key']);
  });

  test('is the one of the caller where it is given', async () => {
    expect(await send({ 'X-API-Key': 'own' })).toMatchObject({ 'x-api-key': 'own' });
  });
});
