import * as provider3 from '@ai-sdk/provider';
import * as provider4 from 'ai-sdk-provider-4';
import { describe, expect, test, vi } from 'vitest';

import { createMistral, mistral } from '../../../src/ai-sdk/index.js';
import { ArgumentError } from '../../../src/errors/argument-error.js';
import { createMockMistral } from '../../../src/testing/index.js';
import { asking, mockedProvider } from '../../helpers/ai-sdk.js';
import { failureOf } from '../../helpers/failure-of.js';

describe('createMistral()', () => {
  test('takes a client, whose middleware and headers apply', async () => {
    const { mock, provider } = mockedProvider({}, { headers: { 'x-team': 'search' } });

    await provider('m').doGenerate({ ...asking(), headers: { 'x-call': '1', 'x-none': undefined } });

    const { headers } = mock.requests[0]!;
    expect(headers.get('x-team')).toBe('search');
    expect(headers.get('x-call')).toBe('1');
    expect(headers.has('x-none')).toBe(false);
  });

  test('takes the options of a client, with the base URL that @ai-sdk/mistral has', async () => {
    const mock = createMockMistral();
    const provider = createMistral({
      apiKey: 'test',
      baseURL: 'https://api.mistral.ai/v1',
      headers: { 'x-team': 'search' },
      fetch: mock.fetch,
    });

    await provider('m').doGenerate(asking());

    expect(mock.requests[0]!.url).toBe('https://api.mistral.ai/v1/chat/completions');
    expect(mock.requests[0]!.headers.get('authorization')).toBe('Bearer test');
  });

  test.each([null, 'key', 3, []])('refuses %j', (client) => {
    expect(() => createMistral(client as never)).toThrow(ArgumentError);
  });

  test('refuses an unknown option', () => {
    expect(() => createMistral({ apiKy: 'test' } as never)).toThrow(/Did you mean `apiKey`/);
  });
});

test('`mistral` takes the key of the environment with its first call, not when it is imported', async () => {
  vi.stubEnv('MISTRAL_API_KEY', '');
  const failure = await failureOf(mistral('mistral-small-latest').doGenerate(asking()));
  vi.unstubAllEnvs();

  expect(String(failure)).toMatch(/MISTRAL_API_KEY/);
});

test('a provider has a model for each name that people may look for', () => {
  const { provider } = mockedProvider();

  expect(provider.specificationVersion).toBe('v3');
  for (const make of [provider, provider.chat, provider.languageModel])
    expect(make('m')).toMatchObject({ specificationVersion: 'v3', provider: 'mistral.chat', modelId: 'm' });
  for (const name of ['embedding', 'embeddingModel', 'textEmbedding', 'textEmbeddingModel'] as const)
    expect(provider[name]('m')).toMatchObject({ provider: 'mistral.embedding', modelId: 'm' });
  for (const name of ['transcription', 'transcriptionModel'] as const)
    expect(provider[name]('m')).toMatchObject({ provider: 'mistral.transcription', modelId: 'm' });
  for (const name of ['speech', 'speechModel'] as const)
    expect(provider[name]('m')).toMatchObject({ provider: 'mistral.speech', modelId: 'm' });
});

test('a provider has no images, which is a NoSuchModelError of both versions', async () => {
  const { provider } = mockedProvider();

  const failure = await failureOf((async () => provider.imageModel('pixtral'))());

  expect(provider3.NoSuchModelError.isInstance(failure)).toBe(true);
  expect(provider4.NoSuchModelError.isInstance(failure)).toBe(true);
  expect(failure).toMatchObject({ modelId: 'pixtral', modelType: 'imageModel' });
});

test('a model can be spread, and used through a proxy, as wrappers do', async () => {
  const { provider } = mockedProvider({ 'chat.complete': 'Bonjour' });
  const model = provider('m');

  for (const wrapped of [{ ...model }, new Proxy(model, {}), Object.create(model) as typeof model])
    expect((await wrapped.doGenerate(asking())).content).toEqual([{ type: 'text', text: 'Bonjour' }]);
});

test('a model tells which URLs the API reads by itself', () => {
  const { supportedUrls } = mockedProvider().provider('m');

  for (const type of ['application/pdf', 'image/*']) {
    expect(supportedUrls[type]!.some((url) => url.test('https://example.com/a'))).toBe(true);
    expect(supportedUrls[type]!.some((url) => url.test('http://localhost/a'))).toBe(false);
  }
});
