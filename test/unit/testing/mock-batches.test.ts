import { expect, test } from 'vitest';

import { decodeJsonl, type BatchLine } from '../../../src/batch/index.js';
import { createMockMistral, mockBatches } from '../../../src/testing/index.js';
import { client } from '../../helpers/api.js';
import { collect } from '../../helpers/collect.js';

const endpoint = '/v1/embeddings';
const requests = [
  { custom_id: 'a', body: { input: 'x' } },
  { custom_id: 'b', body: { input: 'y' } },
];
const content = requests.map((request) => JSON.stringify(request)).join('\n');

test('a job of a mock runs its requests and writes their results', async () => {
  const answer = ({ customId, body }: { customId: string; body: object }) =>
    customId === 'a' ? { body } : { status: 400, body: { message: 'no' } };
  const mistral = client({ fetch: createMockMistral(mockBatches({ answer, looks: 2 })).fetch });
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

test('a small job of a mock has its results itself, as the mock answers at the endpoint', async () => {
  const mistral = client({ fetch: createMockMistral(mockBatches({ looks: 1 })).fetch });

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
