import { afterEach, describe, expect, test, vi } from 'vitest';

import { ArgumentError, Mistral, type Fetch, type MistralOptions } from '../../src/index.js';
import { azure, googleVertex } from '../../src/hosts/index.js';

// The key of one company never goes to the host of another, whatever is left out of the options of a host.

const fetch = vi.fn<Fetch>(async () => Response.json({}));
const chat = { model: 'm', messages: [{ role: 'user' as const, content: 'Bonjour' }] };
const hosts: Readonly<Record<string, () => MistralOptions>> = {
  azure: () => azure({ endpoint: 'https://my-model.models.ai.azure.com', apiKey: 'azure-key', fetch }),
  googleVertex: () => googleVertex({ project: 'p', accessToken: 'google-token', fetch }),
};

afterEach(() => {
  vi.unstubAllEnvs();
  fetch.mockClear();
});

describe.each(Object.entries(hosts))('S7 the options of %s', (_, options) => {
  test('without their key are refused, and the key of the environment is sent nowhere', () => {
    vi.stubEnv('MISTRAL_API_KEY', 'environment-key');

    for (const apiKey of [undefined, null as unknown as undefined])
      expect(() => new Mistral({ ...options(), apiKey })).toThrow(ArgumentError);
  });

  test('without their key are refused by a client that has another', () => {
    const mistral = new Mistral({ apiKey: 'own-key' });

    expect(() => mistral.withOptions({ ...options(), apiKey: undefined })).toThrow(ArgumentError);
  });

  test('without their base URL are refused, and their key is sent nowhere', () => {
    const given = { ...options(), baseURL: undefined };

    expect(() => new Mistral(given)).toThrow(ArgumentError);
    expect(() => new Mistral({ apiKey: 'own-key' }).withOptions(given)).toThrow(ArgumentError);
  });

  test('are those of a client, also of one that is made of another', async () => {
    await new Mistral(options()).chat.complete(chat);
    await new Mistral({ apiKey: 'own-key' })
      .withOptions(options())
      .withOptions({ apiKey: undefined })
      .chat.complete(chat);

    expect(fetch.mock.calls.map(([, { headers }]) => new Headers(headers).get('authorization'))).toEqual([
      expect.stringMatching(/azure-key|google-token/),
      expect.stringMatching(/azure-key|google-token/),
    ]);
  });
});

test('S7 a base URL of the caller gets the key of the environment: gateways speak for Mistral', async () => {
  vi.stubEnv('MISTRAL_API_KEY', 'environment-key');

  await new Mistral({ baseURL: 'https://gateway.example', fetch }).chat.complete(chat);

  expect(new Headers(fetch.mock.calls[0]![1].headers).get('authorization')).toBe('Bearer environment-key');
});
