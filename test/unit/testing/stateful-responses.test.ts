import { describe, expect, test } from 'vitest';

import { decodeEmbedding } from '../../../src/concurrency/index.js';
import { images } from '../../../src/documents/index.js';
import {
  createMockMistral,
  delay,
  disconnect,
  failWith,
  inTurn,
  type MockResponse,
} from '../../../src/testing/index.js';
import { waitFor } from '../../../src/waiting/index.js';
import { executeWorkflow } from '../../../src/workflows/index.js';
import { client } from '../../helpers/api.js';
import { collect } from '../../helpers/collect.js';
import { failureOf } from '../../helpers/failure-of.js';

const id = '497f6eca-6276-4993-bfeb-53cbbbba6f09';
const mocked = () => client({ fetch: createMockMistral().fetch });
const soon = { initialDelayMs: 1, maxDelayMs: 1, timeoutMs: 1000 };

describe('what runs comes to its end', () => {
  test('batch jobs, created or only named', async () => {
    const mistral = mocked();
    const requests = [{ custom_id: 'a', body: { input: 'x' } }];
    const created = await mistral.batch.jobs.create({ endpoint: '/v1/embeddings', requests });

    const job = await waitFor(mistral.batch.jobs, { job_id: created.id }, soon);
    const named = await waitFor(mistral.batch.jobs, { job_id: id }, soon);

    expect([job.status, job.succeeded_requests, named.status]).toEqual(['SUCCESS', 1, 'SUCCESS']);
  });

  test('fine-tuning jobs, unless they are cancelled', async () => {
    const mistral = mocked();

    expect((await waitFor(mistral.fineTuning.jobs, { job_id: id }, soon)).status).toBe('SUCCESS');
    await mistral.fineTuning.jobs.cancel({ job_id: id });
    expect((await mistral.fineTuning.jobs.get({ job_id: id })).status).toBe('CANCELLED');
  });

  test('documents of a library, and again when they are processed again', async () => {
    const { documents } = mocked().beta.libraries;
    const place = { library_id: id, document_id: id };
    const statuses = async () => {
      const seen = [];
      for (let look = 0; look < 4; look += 1) seen.push((await documents.status(place)).process_status);
      return seen;
    };

    expect(await statuses()).toEqual(['in_progress', 'in_progress', 'done', 'done']);
    await documents.reprocess(place);
    expect((await documents.get(place)).process_status).toBe('in_progress');
  });

  test('executions of workflows, by their events', async () => {
    const mock = createMockMistral();
    const { workflows } = client({ fetch: mock.fetch });
    const first = executeWorkflow(workflows, 'count', {}, { timeoutMs: 1000 });
    const second = executeWorkflow(workflows, 'count', { execution_id: 'mine' }, { timeoutMs: 1000 });

    const events = await collect(first);

    expect(events.map(({ data }) => [data.workflow_exec_id, data.event_type])).toEqual([
      ['execution_1', 'WORKFLOW_EXECUTION_STARTED'],
      ['execution_1', 'WORKFLOW_EXECUTION_COMPLETED'],
    ]);
    expect([await first, await second]).toEqual([null, null]);
    expect(await second.executionId).toBe('mine');
    expect(mock.callsTo('workflows.executions.getWorkflowExecution')).toHaveLength(2);
  });

  test('executions of workflows, by polling and when they are waited for', async () => {
    const { workflows } = mocked();

    const ended = await waitFor(workflows.executions, { execution_id: 'e' }, soon);
    const started = await workflows.executeWorkflow({ workflow_identifier: 'count', wait_for_result: true });

    expect(ended).toMatchObject({ execution_id: 'e', status: 'COMPLETED' });
    expect(started).toEqual({
      workflow_name: expect.any(String) as string,
      execution_id: 'execution_1',
      result: null,
    });
  });

  test.each([
    ['cancel', 'CANCELED'],
    ['terminate', 'TERMINATED'],
  ] as const)('executions of workflows, unless somebody ends them: %s', async (method, status) => {
    const { workflows } = mocked();
    const run = executeWorkflow(workflows, 'count', {}, soon);

    await run[method]();

    expect(await failureOf(run)).toMatchObject({ name: 'JobFailedError', status });
  });

  test('executions of workflows that are cancelled while their events are read', async () => {
    const run = executeWorkflow(mocked().workflows, 'summarize');
    const read = async () => {
      for await (const { data } of run)
        if (data.event_type === 'WORKFLOW_EXECUTION_STARTED') await run.cancel();
    };

    expect(await failureOf(read)).toMatchObject({ status: 'CANCELED' });
  });

  test('executions of workflows that are stopped together, as they were stopped first', async () => {
    const { executions } = mocked().workflows;
    const statusOf = async (execution_id: string) =>
      (await executions.getWorkflowExecution({ execution_id })).status;

    const { results } = await executions.batchCancelWorkflowExecutions({ execution_ids: ['a', 'b'] });
    await executions.batchTerminateWorkflowExecutions({ execution_ids: ['b', 'c'] });

    expect(results).toEqual({ a: { status: 'success' }, b: { status: 'success' } });
    expect([await statusOf('a'), await statusOf('b'), await statusOf('c')]).toEqual([
      'CANCELED',
      'CANCELED',
      'TERMINATED',
    ]);
  });

  test('executions of workflows of a registration, by the events of one', async () => {
    const { workflows } = mocked();
    const { execution_id } = await workflows.executeWorkflowRegistration({ workflow_registration_id: id });

    const events = await collect(workflows.executions.stream({ execution_id }));

    expect(events.map(({ data }) => `${data.event_type} ${data.workflow_exec_id}`)).toEqual([
      `WORKFLOW_EXECUTION_STARTED ${execution_id}`,
      `WORKFLOW_EXECUTION_COMPLETED ${execution_id}`,
    ]);
  });

  test('executions of workflows whose stream is lost between its events', async () => {
    const mock = createMockMistral({
      'workflows.events.getStreamEvents': inTurn(disconnect({ after: { events: 1 } }), delay(0)),
      'workflows.executions.getWorkflowExecution': inTurn(
        ({ params }, execution) => ({ ...execution, ...params, status: 'RUNNING' }),
        delay(0),
      ),
    });

    const run = executeWorkflow(client({ fetch: mock.fetch }).workflows, 'count', {}, soon);

    expect((await collect(run)).map(({ broker_sequence }) => broker_sequence)).toEqual([0, 1]);
    expect(mock.callsTo('workflows.events.getStreamEvents').at(-1)?.params).toMatchObject({ start_seq: 1 });
  });

  test.each<[string, MockResponse<'batch.jobs.get'>]>([
    ['a fault', failWith(503, { times: 1 })],
    ['a delay', delay(0)],
    ['faults in turn', inTurn(failWith(503, { times: 1 }), delay(0))],
    ['a function that gives nothing', () => undefined as never],
    ['a function of the data', (_, job) => ({ ...job, metadata: { by: 'Marie' } })],
  ])('also with %s around the usual response', async (_, response) => {
    const mock = createMockMistral({ 'batch.jobs.get': response });
    const { jobs } = client({ fetch: mock.fetch, maxRetries: 1, retry: { initialDelayMs: 0 } }).batch;

    const job = await waitFor(jobs, { job_id: id }, soon);

    expect(job.status).toBe('SUCCESS');
  });

  test('an uploaded file is what a late download gives', async () => {
    const { files } = client({ fetch: createMockMistral({ 'files.download': delay(0) }).fetch });
    const { id: file_id } = await files.upload({ file: new File(['mine'], 'a.txt'), purpose: 'batch' });

    expect(await (await files.download({ file_id })).text()).toBe('mine');
  });

  test('and starts anew after a reset', async () => {
    const mock = createMockMistral();
    const { jobs } = client({ fetch: mock.fetch }).batch;
    await waitFor(jobs, { job_id: id }, soon);

    mock.reset();

    expect((await jobs.get({ job_id: id })).status).toBe('RUNNING');
  });
});

describe('embeddings', () => {
  const model = 'mistral-embed';
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, index) => sum + value * b[index]!, 0);

  test('are as many as the inputs, of the dimension that is asked for, and of length 1', async () => {
    const mistral = mocked();

    const three = await mistral.embeddings.create({ model, input: ['one text', 'two texts', 'three texts'] });
    const one = await mistral.embeddings.create({ model, input: 'one text', output_dimension: 64 });

    expect(three.data.map(({ index, embedding }) => [index, embedding!.length])).toEqual([
      [0, 1024],
      [1, 1024],
      [2, 1024],
    ]);
    expect(one.data[0]!.embedding).toHaveLength(64);
    expect(dot(one.data[0]!.embedding!, one.data[0]!.embedding!)).toBeCloseTo(1, 2);
    expect(three.usage).toMatchObject({ prompt_tokens: 6 });
  });

  test('lie near each other where texts share words', async () => {
    const input = [
      'Which cheeses come from the Alps?',
      'Reblochon is a cheese of the Alps.',
      'The train to Paris leaves at noon.',
      'Our office is closed on Sundays.',
    ];
    const { data } = await mocked().embeddings.create({ model, input });

    const [question, ...others] = data.map(({ embedding }) => embedding!);
    const scores = others.map((other) => dot(question!, other));

    expect(scores[0]).toBe(Math.max(...scores));
    expect(scores[0]! - scores[1]!).toBeGreaterThan(0.1);
  });

  test.each(['float', 'int8', 'uint8', 'binary', 'ubinary'] as const)(
    'say the same as base64, as %s',
    async (output_dtype) => {
      const mistral = mocked();
      const asked = { model, input: 'A text with words', output_dimension: 64, output_dtype };

      const { data } = await mistral.embeddings.create(asked);
      const encoded = await mistral.embeddings.create({ ...asked, encoding_format: 'base64' });

      const decoded = decodeEmbedding(encoded.data[0]!.embedding as unknown as string, output_dtype);
      expect([...decoded]).toEqual(data[0]!.embedding);
      expect(decoded).toHaveLength(output_dtype.endsWith('binary') ? 8 : 64);
    },
  );
});

describe('images of a document', () => {
  const asked = {
    model: 'm',
    document: { type: 'document_url' as const, document_url: 'https://example.org/a.pdf' },
  };

  test('are pictures, if they are asked for', async () => {
    const answer = await mocked().ocr.process({ ...asked, include_image_base64: true });

    const pictures = images(answer);

    expect(pictures.length).toBeGreaterThan(0);
    for (const { bytes } of pictures)
      expect(bytes.subarray(0, 3)).toEqual(new Uint8Array([0xff, 0xd8, 0xff]));
  });

  test('come without their content otherwise', async () => {
    const { pages } = await mocked().ocr.process(asked);

    const contents = pages.flatMap((page) => page.images.map(({ image_base64 }) => image_base64));
    expect(new Set(contents)).toEqual(new Set([null]));
  });
});
