import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';

import { describe, expect, test } from 'vitest';

import { MistralEmbeddings } from '../../../src/langchain/index.js';
import { createMockMistral, failWith } from '../../../src/testing/index.js';
import { client } from '../../helpers/api.js';

const documents = ['Brie', 'Comté', 'Roquefort', 'Cantal', 'Munster'];

describe('embeddings', () => {
  test('are one for each document, in their order', async () => {
    const mock = createMockMistral();
    const embeddings = new MistralEmbeddings({ client: client({ fetch: mock.fetch }), batchSize: 2 });
    const vectors = await embeddings.embedDocuments(documents);

    expect(mock.callsTo('embeddings.create').map(({ params }) => params.input)).toEqual([
      documents.slice(0, 2),
      documents.slice(2, 4),
      documents.slice(4),
    ]);
    expect(mock.callsTo('embeddings.create')[0]?.params.model).toBe('mistral-embed');
    for (const [place, document] of documents.entries())
      expect(vectors[place]).toEqual(await embeddings.embedQuery(document));
  });

  test('have the dimensions and the model that are asked for', async () => {
    const mock = createMockMistral();
    const embeddings = new MistralEmbeddings({
      client: client({ fetch: mock.fetch }),
      model: 'codestral-embed',
      output_dimension: 256,
      requestOptions: { headers: { 'x-team': 'search' } },
    });
    await embeddings.embedQuery('Brie');

    expect(mock.callsTo('embeddings.create')[0]?.params).toMatchObject({
      model: 'codestral-embed',
      output_dimension: 256,
    });
    expect(mock.requests[0]?.headers.get('x-team')).toBe('search');
  });

  test('of no documents need no request', async () => {
    const mock = createMockMistral();

    expect(await new MistralEmbeddings({ client: client({ fetch: mock.fetch }) }).embedDocuments([])).toEqual(
      [],
    );
    expect(mock.requests).toEqual([]);
  });

  test('have at most as many requests at once as `maxConcurrency` says', async () => {
    let running = 0;
    let most = 0;
    const mock = createMockMistral({
      'embeddings.create': async (_, example) => {
        most = Math.max(most, (running += 1));
        await setImmediate();
        running -= 1;
        return example;
      },
    });
    const embeddings = new MistralEmbeddings({
      client: client({ fetch: mock.fetch }),
      batchSize: 1,
      maxConcurrency: 2,
    });
    await embeddings.embedDocuments(documents);

    expect(most).toBe(2);
  });

  test.each([
    [0, 1],
    [2, 3],
  ])('that fail are retried by the client alone: `maxRetries: %i`', async (maxRetries, count) => {
    const mock = createMockMistral({ 'embeddings.create': failWith(503) });
    const mistral = client({ fetch: mock.fetch, retry: { initialDelayMs: 0, maxDelayMs: 0 } });
    const embeddings = new MistralEmbeddings({ client: mistral, maxRetries });

    await expect(embeddings.embedQuery('Brie')).rejects.toMatchObject({ status: 503 });
    expect(mock.requests).toHaveLength(count);
  });

  test('do not show their key', () => {
    const embeddings = new MistralEmbeddings({ apiKey: 'key-0123456789' });

    expect(inspect(embeddings, { depth: 10, showHidden: true })).not.toContain('key-0123456789');
    expect(JSON.stringify(embeddings)).not.toContain('key-0123456789');
  });
});
