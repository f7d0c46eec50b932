import { describe, expect, expectTypeOf, test } from 'vitest';

import { ArgumentError } from '../../../src/errors/argument-error.js';
import { studioTelemetry } from '../../../src/studio/index.js';
import { createMockMistral, type MockMistral, type OperationId } from '../../../src/testing/index.js';
import { collect } from '../../helpers/collect.js';
import { failureOf } from '../../helpers/failure-of.js';
import { client } from '../../helpers/api.js';

const origin = 'https://api.mistral.ai';
const jobId = '497f6eca-6276-4993-bfeb-53cbbbba6f09';
const messages = [{ role: 'user' as const, content: 'Bonjour' }];

/** What a test varies of a request that the mock takes. */
interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly json?: unknown;
  readonly body?: BodyInit;
  readonly signal?: AbortSignal;
}

function send(
  mock: MockMistral,
  path: string,
  { method, headers, json, body, signal }: Sent = {},
): Promise<Response> {
  const content = json === undefined ? body : JSON.stringify(json);
  return mock.fetch(`${origin}${path}`, {
    method: method ?? (content === undefined ? 'GET' : 'POST'),
    headers: {
      authorization: 'Bearer test-key',
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(content === undefined ? {} : { body: content }),
    ...(signal ? { signal } : {}),
  });
}

const withStatus = async (answer: Promise<Response>) => {
  const response = await answer;
  return { status: response.status, body: await response.json() };
};

describe('the edges of the API', () => {
  test.each([
    ['no key', {}],
    ['an empty key', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: 'Basic dGVzdA==' }],
  ])('a request with %s is unauthorized', async (_, headers) => {
    const answer = createMockMistral().fetch(`${origin}/v1/models`, { headers });

    expect(await withStatus(answer)).toMatchObject({
      status: 401,
      body: { object: 'error', message: 'Unauthorized' },
    });
  });

  test('spans for the Studio are taken, and are no call of an operation', async () => {
    const mock = createMockMistral();
    const studio = studioTelemetry({ apiKey: 'test-key', fetch: mock.fetch, batchDelayMs: 0 });
    const mistral = client({ fetch: mock.fetch, observer: studio });

    await mistral.models.list();
    await studio.shutdown();

    expect(studio.droppedSpans).toBe(0);
    expect(mock.requests.map(({ path }) => path)).toEqual(['/v1/models', '/telemetry/v1/traces']);
    expect(mock.calls.map(({ operation }) => operation)).toEqual(['models.list']);
  });

  test('an unknown route is not found', async () => {
    const answer = send(createMockMistral(), '/v1/nothing');

    expect(await withStatus(answer)).toEqual({ status: 404, body: { detail: 'Not Found' } });
  });

  test('a wrong method is told which ones there are', async () => {
    const response = await send(createMockMistral(), '/v1/files', { method: 'PATCH', json: {} });

    expect(response.status).toBe(405);
    expect(response.headers.get('allow')?.split(', ').toSorted()).toEqual(['GET', 'POST']);
  });

  test('every required field that is missing is named', async () => {
    const answer = send(createMockMistral(), '/v1/chat/completions', { json: { temperature: 0 } });

    expect(await withStatus(answer)).toEqual({
      status: 422,
      body: {
        detail: [
          { type: 'missing', loc: ['body', 'model'], msg: 'Field required', input: { temperature: 0 } },
          { type: 'missing', loc: ['body', 'messages'], msg: 'Field required', input: { temperature: 0 } },
        ],
      },
    });
  });

  test.each<[string, Sent, object]>([
    ['no body at all', { method: 'POST' }, { type: 'missing', loc: ['body'] }],
    [
      'malformed JSON',
      { body: '{"model":', headers: { 'content-type': 'application/json' } },
      { type: 'json_invalid' },
    ],
    ['JSON that is no object', { json: ['model'] }, { type: 'model_attributes_type', loc: ['body'] }],
    ['text', { body: '{"model":"m","messages":[]}' }, { type: 'model_attributes_type', loc: ['body'] }],
    ['a form', { body: new FormData() }, { loc: ['body'] }],
  ])('%s is not taken for a JSON body', async (_, sent, fault) => {
    const answer = send(createMockMistral(), '/v1/chat/completions', sent);

    expect(await withStatus(answer)).toMatchObject({ status: 422, body: { detail: [fault] } });
  });

  test('JSON is not taken for a form', async () => {
    const answer = send(createMockMistral(), '/v1/files', { json: { file: 'content' } });

    expect(await withStatus(answer)).toMatchObject({ status: 422, body: { detail: [{ loc: ['body'] }] } });
  });

  test('a path parameter that must be a UUID is checked', async () => {
    const answer = send(createMockMistral(), '/v1/batch/jobs/job-1');

    expect(await withStatus(answer)).toMatchObject({
      status: 422,
      body: { detail: [{ type: 'uuid_parsing', loc: ['path', 'job_id'], input: 'job-1' }] },
    });
  });

  test('a required query parameter is asked for', async () => {
    const answer = send(createMockMistral(), '/v1/agents/ag_1/aliases', { method: 'DELETE' });

    expect(await withStatus(answer)).toMatchObject({
      status: 422,
      body: { detail: [{ type: 'missing', loc: ['query', 'alias'] }] },
    });
  });

  test.each([
    ['page=-1', 'greater_than_equal'],
    ['page=one', 'int_parsing'],
    ['page_size=0', 'greater_than_equal'],
  ])('?%s is no page', async (query, type) => {
    for (const strict of [true, false]) {
      const answer = send(createMockMistral({}, { strict }), `/v1/batch/jobs?${query}`);

      expect(await withStatus(answer)).toMatchObject({ status: 422, body: { detail: [{ type }] } });
    }
  });

  test('every response has a correlation id, counted from one', async () => {
    const mock = createMockMistral();

    const ids = [await send(mock, '/v1/models'), await send(mock, '/v1/nothing')].map(({ headers }) =>
      headers.get('mistral-correlation-id'),
    );

    expect(ids).toEqual(['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002']);
  });
});

describe('responses', () => {
  test('a fixed path goes before one with a parameter', async () => {
    const mock = createMockMistral();

    await send(mock, '/v1/agents/completions', { json: { agent_id: 'ag_1', messages } });

    expect(mock.requests[0]).toMatchObject({ operation: 'agents.complete', pathParameters: {} });
  });

  test('repeat what the request names', async () => {
    const agent = await client({ fetch: createMockMistral().fetch }).beta.agents.create({
      model: 'mistral-large-latest',
      name: 'Planner',
      instructions: 'Plan.',
    });

    expect(agent).toMatchObject({ model: 'mistral-large-latest', name: 'Planner', instructions: 'Plan.' });
  });

  test('have the id that the path names', async () => {
    const job = await client({ fetch: createMockMistral().fetch }).batch.jobs.get({ job_id: jobId });

    expect(job.id).toBe(jobId);
  });

  test('take numbers out of the query as numbers', async () => {
    const agent = await client({ fetch: createMockMistral().fetch }).beta.agents.updateVersion({
      agent_id: 'ag_1',
      version: 7,
    });

    expect(agent).toMatchObject({ id: 'ag_1', version: 7 });
  });

  test('do not repeat a value of another type, which would not fit the description', async () => {
    const response = await send(createMockMistral({}, { strict: false }), '/v1/chat/completions', {
      json: { model: 42, messages },
    });

    expect((await response.json()).model).toBeTypeOf('string');
  });

  test('know the name and the size of an uploaded file', async () => {
    const file = await client({ fetch: createMockMistral().fetch }).files.upload({
      file: new File(['{}\n'], 'requests.jsonl'),
      purpose: 'batch',
    });

    expect(file).toMatchObject({ filename: 'requests.jsonl', bytes: 3, purpose: 'batch' });
  });

  test('are empty where the API has nothing to say', async () => {
    const response = await send(createMockMistral(), '/v1/conversations/conv_1', { method: 'DELETE' });

    expect(response.status).toBe(204);
    expect(response.body).toBeNull();
  });

  test('a file is downloaded as lines of JSON', async () => {
    const response = await send(createMockMistral(), `/v1/files/${jobId}/content`);

    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    const lines = (await response.text()).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).custom_id)).toEqual(['1', '2']);
  });
});

describe('pages', () => {
  test('a list is cut as the query says, and knows its total', async () => {
    const mistral = client({ fetch: createMockMistral().fetch });

    const pages = await collect((await mistral.batch.jobs.list({ page_size: 2 })).pages());

    expect(pages.map(({ items }) => items.length)).toEqual([2, 2, 1]);
    expect(pages.map(({ total }) => total)).toEqual([5, 5, 5]);
  });

  test('a bare list is cut too', async () => {
    const mistral = client({ fetch: createMockMistral().fetch });

    const agents = await collect(mistral.beta.agents.list({ page_size: 2 }));

    expect(new Set(agents.map(({ id }) => id)).size).toBe(5);
  });

  test('all figures of a page agree', async () => {
    const response = await send(createMockMistral(), `/v1/libraries/${jobId}/documents?page=1&page_size=3`);

    const { data, pagination } = await response.json();
    expect(data).toHaveLength(2);
    expect(data[0].library_id).toBe(jobId);
    expect(pagination).toEqual({
      total_items: 5,
      total_pages: 2,
      current_page: 1,
      page_size: 3,
      has_more: false,
    });
  });

  test('the ids of a list are ids that the other methods take', async () => {
    const mistral = client({ fetch: createMockMistral().fetch });

    const [first] = await collect(mistral.batch.jobs.list());

    await expect(mistral.batch.jobs.get({ job_id: first!.id })).resolves.toMatchObject({ id: first!.id });
  });
});

describe('given responses', () => {
  const models = { object: 'list', data: [] };

  test('replace the usual one', async () => {
    const mistral = client({ fetch: createMockMistral({ 'models.list': models }).fetch });

    expect(await mistral.models.list()).toEqual(models);
  });

  test('may be a function of the request and the default response', async () => {
    const mock = createMockMistral().on('chat.complete', async ({ body }, usual) => ({
      ...usual,
      id: String((body as { messages: unknown[] }).messages.length),
    }));

    const reply = await client({ fetch: mock.fetch }).chat.complete({ model: 'm', messages });

    expect(reply).toMatchObject({ id: '1', model: 'm' });
  });

  test('may be a response, as often as it is asked for', async () => {
    const slowDown = Response.json(
      { message: 'Slow down' },
      { status: 429, headers: { 'retry-after': '3' } },
    );
    const mock = createMockMistral({ 'models.list': slowDown });

    const responses = [await send(mock, '/v1/models'), await send(mock, '/v1/models')];

    expect(responses.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual([
      [429, '3'],
      [429, '3'],
    ]);
    expect(await responses[1]!.json()).toEqual({ message: 'Slow down' });
  });

  test('of a list are its items, which are cut into pages', async () => {
    const mock = createMockMistral().on('batch.jobs.list', (_, jobs) => jobs.slice(0, 3));

    const page = await client({ fetch: mock.fetch }).batch.jobs.list({ page_size: 2 });

    expect(page).toMatchObject({ total: 3, hasNextPage: true });
  });

  test('do not lift the checks of the request', async () => {
    const mock = createMockMistral({ 'chat.complete': new Response('unreachable') });

    expect((await send(mock, '/v1/chat/completions', { json: {} })).status).toBe(422);
  });

  test('that are no list where one is due are refused, naming the operation', async () => {
    const mock = createMockMistral();
    // @ts-expect-error a list takes an array
    mock.on('batch.jobs.list', { data: [] });

    await expect(send(mock, '/v1/batch/jobs')).rejects.toThrow(
      new ArgumentError(
        'The mock response of `batch.jobs.list` must be an array of its items, or a Response',
      ),
    );
  });

  test('for an operation that does not exist are refused, naming the nearest', () => {
    // @ts-expect-error no such operation
    expect(() => createMockMistral({ 'chat.completion': models })).toThrow(
      new ArgumentError('The API has no operation `chat.completion`. Did you mean `chat.complete`?'),
    );
    // @ts-expect-error no such operation
    expect(() => createMockMistral().on('toString', models)).toThrow(TypeError);
  });

  test('are checked by the compiler', () => {
    // @ts-expect-error `data` is a list of models
    createMockMistral({ 'models.list': { object: 'list', data: [1] } });
    // @ts-expect-error a stream takes its events
    createMockMistral({ 'chat.stream': { id: 'chunk' } });
    expectTypeOf<'beta.libraries.documents.upload'>().toExtend<OperationId>();
  });

  test('are forgotten by reset, with the requests; those of the beginning stay', async () => {
    const mock = createMockMistral({ 'models.list': models }).on('models.list', new Response('other'));
    await send(mock, '/v1/models');

    mock.reset();

    expect(mock.requests).toEqual([]);
    expect(await (await send(mock, '/v1/models')).json()).toEqual(models);
  });
});

describe('requests', () => {
  test('are recorded with everything that was sent', async () => {
    const mock = createMockMistral();

    await send(mock, '/v1/models?provider=a%26b', { headers: { 'x-app': 'test' } });
    await send(mock, '/v1/models/ft%3Aopen%2Fa', { method: 'DELETE' });

    const [list, remove] = mock.requests;
    expect(list).toMatchObject({
      operation: 'models.list',
      method: 'GET',
      path: '/v1/models',
      body: undefined,
    });
    expect(list!.query.get('provider')).toBe('a&b');
    expect(list!.headers.get('x-app')).toBe('test');
    expect(remove).toMatchObject({ operation: 'models.delete', pathParameters: { model_id: 'ft:open/a' } });
  });

  test('hold decoded bodies: JSON and forms', async () => {
    const mock = createMockMistral();
    const mistral = client({ fetch: mock.fetch });

    await mistral.chat.complete({ model: 'm', messages });
    await mistral.files.upload({ file: new File(['text'], 'naïve plan.txt') });

    const [chat, upload] = mock.requests;
    expect(chat!.body).toMatchObject({ model: 'm', messages });
    const form = upload!.body as FormData;
    const file = form.get('file') as File;
    expect([file.name, await file.text()]).toEqual(['naïve plan.txt', 'text']);
  });

  test('that lead nowhere are recorded too', async () => {
    const mock = createMockMistral();

    await send(mock, '/v1/nothing');

    expect(mock.requests).toMatchObject([{ operation: undefined, path: '/v1/nothing' }]);
  });

  test('may be a Request object, as with the global fetch', async () => {
    const mock = createMockMistral();
    const request = new Request(`${origin}/v1/models`, { headers: { authorization: 'Bearer test-key' } });

    expect((await mock.fetch(request)).status).toBe(200);
  });
});

describe('abort', () => {
  test('before the request: nothing is sent, and the reason comes back', async () => {
    const mock = createMockMistral();
    const reason = new Error('too late');

    const failure = await failureOf(send(mock, '/v1/models', { signal: AbortSignal.abort(reason) }));

    expect(failure).toBe(reason);
    expect(mock.requests).toEqual([]);
  });

  test('while a response is being made: the reason comes back at once', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const mock = createMockMistral().on('models.list', () => {
      controller.abort(reason);
      return new Promise<never>(() => {});
    });

    const failure = await failureOf(send(mock, '/v1/models', { signal: controller.signal }));

    expect(failure).toBe(reason);
    expect(mock.requests).toMatchObject([{ operation: 'models.list', cancelled: true }]);
  });
});
