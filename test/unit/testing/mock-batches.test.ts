import { describe, expect, test } from 'vitest';

import { decodeJsonl, type BatchLine } from '../../../src/batch/index.js';
import { createMockMistral, mockBatches, type MockBatchesOptions } from '../../../src/testing/index.js';
import { client } from '../../helpers/api.js';
import { collect } from '../../helpers/collect.js';

const endpoint = '/v1/embeddings';
const requests = [
  { custom_id: 'a', body: { input: 'x' } },
  { custom_id: 'b', body: { input: 'y' } },
];
const content = requests.map((request) => JSON.stringify(request)).join('\n');

test('a job of a mock runs its requests and writes their results', async () => {
  const respond = ({ customId, body }: { customId: string; body: object }) =>
    customId === 'a' ? { body } : { status: 400, body: { message: 'no' } };
  const mistral = client({ fetch: createMockMistral(mockBatches({ respond, pollsUntilEnded: 2 })).fetch });
  const file = await mistral.files.upload({ file: { name: 'a.jsonl', content }, purpose: 'batch' });
  expect(await (await mistral.files.download({ file_id: file.id })).text()).toBe(content);

  const { id: job_id, status } = await mistral.batch.jobs.create({ endpoint, input_files: [file.id] });
  const running = await mistral.batch.jobs.get({ job_id });
  const ended = await mistral.batch.jobs.get({ job_id });

  expect([status, running.status, ended.status]).toEqual(['QUEUED', 'RUNNING', 'SUCCESS']);
  expect(running).toMatchObject({ total_requests: 2, completed_requests: 1, output_file: null });
  expect(ended).toMatchObject({ completed_requests: 2, succeeded_requests: 1, failed_requests: 1 });
  const read = (file_id: string) => collect(decodeJsonl<BatchLine>(mistral.files.download({ file_id })));
  expect(await read(ended.output_file!)).toEqual([
    { id: 'result_a', custom_id: 'a', response: { status_code: 200, body: { input: 'x' } }, error: null },
  ]);
  expect(await read(ended.error_file!)).toMatchObject([{ custom_id: 'b', response: { status_code: 400 } }]);
});

test('a small job of a mock has its results itself, as the mock responses at the endpoint', async () => {
  const mistral = client({ fetch: createMockMistral(mockBatches({ pollsUntilEnded: 1 })).fetch });

  const { id: job_id } = await mistral.batch.jobs.create({ endpoint, requests });
  expect(await mistral.batch.jobs.get({ job_id })).toMatchObject({ status: 'SUCCESS', outputs: null });
  const { outputs } = await mistral.batch.jobs.get({ job_id, inline: true });

  expect(outputs).toMatchObject([
    { custom_id: 'a', response: { body: { object: 'list' } } },
    { custom_id: 'b' },
  ]);
});

test('a job of a mock can be cancelled, and one that it does not know is an example as before', async () => {
  const mistral = client({ fetch: createMockMistral(mockBatches()).fetch });

  const { id: job_id } = await mistral.batch.jobs.create({ endpoint, requests });
  await mistral.batch.jobs.cancel({ job_id });
  expect((await mistral.batch.jobs.get({ job_id })).status).toBe('CANCELLED');
  const other = '497f6eca-6276-4993-bfeb-53cbbbba6f09';
  expect((await mistral.batch.jobs.get({ job_id: other })).id).toBe(other);
  expect(await (await mistral.files.download({ file_id: other })).text()).toContain('custom_id');
});

describe('requests that the API would not take', () => {
  const chat = (body: object) => ({ custom_id: 'a', body });
  const good = { messages: [{ role: 'user', content: 'Bonjour' }] };

  async function resultsOf(
    lines: readonly object[],
    how: 'a file' | 'the job',
    options: MockBatchesOptions = {},
  ) {
    const mistral = client({
      fetch: createMockMistral(mockBatches({ pollsUntilEnded: 1, ...options })).fetch,
    });
    const asked = { endpoint: '/v1/chat/completions', model: 'mistral-small-latest' } as const;
    const file = lines.map((line) => JSON.stringify(line)).join('\n');
    const job =
      how === 'the job'
        ? await mistral.batch.jobs.create({ ...asked, requests: lines as never })
        : await mistral.files
            .upload({ purpose: 'batch', file: { name: 'a.jsonl', content: file } })
            .then(({ id }) => mistral.batch.jobs.create({ ...asked, input_files: [id] }));
    const { outputs, output_file, error_file } = await mistral.batch.jobs.get({
      job_id: job.id,
      inline: true,
    });
    const files = [output_file, error_file].filter((id) => typeof id === 'string');
    const texts = await Promise.all(
      files.map(async (file_id) => (await mistral.files.download({ file_id })).text()),
    );
    const written = texts.flatMap((text) =>
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as object),
    );
    return [...(outputs ?? []), ...written] as {
      response: { status_code: number; body: { detail?: unknown } };
    }[];
  }

  test.each(['a file', 'the job'] as const)('fail, each by itself, in %s', async (how) => {
    const results = await resultsOf(
      [
        chat(good),
        chat({ ...good, maxTokens: 3 }),
        chat({ ...good, temperature: 'hot' }),
        chat({}),
        chat({
          messages: [
            { role: 'assistant', content: 'Bonjour' },
            { role: 'tool', content: 'x' },
          ],
        }),
      ],
      how,
    );

    expect(results.map(({ response }) => response.status_code)).toEqual([200, 422, 422, 422, 400]);
    expect(results[2]!.response.body.detail).toMatchObject([{ loc: ['body', 'temperature'] }]);
  });

  test('fail before they are passed to `respond`', async () => {
    const results = await resultsOf([chat({ ...good, n: 'two' })], 'a file', {
      respond: () => ({ body: 'fine' }),
    });

    expect(results.map(({ response }) => response.status_code)).toEqual([422]);
  });

  test('fail as well where a line is no request', async () => {
    const results = await resultsOf([['no request'], { custom_id: 'b' }], 'a file');

    expect(results.map(({ response }) => response.status_code)).toEqual([422, 422]);
  });

  test('are taken with more than the description knows, if the mock is not to be strict', async () => {
    const results = await resultsOf([chat({ ...good, temperature: 'hot' })], 'a file', { strict: false });

    expect(results.map(({ response }) => response.status_code)).toEqual([200]);
  });
});
