import { getEventListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';

import { describe, expect, test, vi } from 'vitest';

import {
  AbortError,
  ArgumentError,
  type Fetch,
  NotFoundError,
  Page,
  ResponseError,
  Stream,
  type RequestOptions,
} from '../../../src/index.js';
import { api, client } from '../../helpers/api.js';
import { collect } from '../../helpers/collect.js';
import { sse } from '../../helpers/event-stream.js';
import { failureOf } from '../../helpers/failure-of.js';
import { serve } from '../../helpers/loopback.js';

const messages = [{ role: 'user' as const, content: 'Bonjour' }];
const chat = { model: 'mistral-small-latest', messages };
const eventStream = { 'content-type': 'text/event-stream' };

/** A client whose requests are only written down. */
function recorder() {
  const fetch = vi.fn<Fetch>(async () => Response.json({ data: [] }));
  return { fetch, mistral: client({ fetch }) };
}

/** Arguments that the types refuse, and JavaScript does not. */
const untyped = (value: unknown) => value as never;

describe('a method that answers with JSON', () => {
  test('gives the data as it came, unknown fields and all', async () => {
    const reply = { id: 'cmpl-1', object: 'chat.completion', choices: [], not_yet_known: { deep: [1] } };
    api()
      .post('/v1/chat/completions', { ...chat, stream: false })
      .reply(200, reply);

    expect(await client().chat.complete(chat)).toEqual(reply);
  });

  test('gives the response and its request id beside the data', async () => {
    api().get('/v1/models/m').reply(200, { id: 'm' }, { 'mistral-correlation-id': 'correlation-1' });

    const answer = await client().models.retrieve({ model_id: 'm' }).withResponse();

    expect(answer).toMatchObject({ data: { id: 'm' }, requestId: 'correlation-1' });
    expect(answer.response.status).toBe(200);
  });

  test('gives the response alone, its body unread', async () => {
    api().get('/v1/models/m').reply(200, '{"id": "m"}');

    const response = await client().models.retrieve({ model_id: 'm' }).asResponse();

    expect(await response.text()).toBe('{"id": "m"}');
  });

  test('rejects with an error of the status', async () => {
    api().get('/v1/models/m').reply(404, { message: 'No such model' }, { 'x-request-id': 'request-1' });

    const error = await failureOf(client().models.retrieve({ model_id: 'm' }));

    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ message: '404 No such model (GET /v1/models/m)', requestId: 'request-1' });
  });

  test('rejects for the raw response as well', async () => {
    api().get('/v1/models/m').reply(404, { message: 'No such model' });

    expect(await failureOf(client().models.retrieve({ model_id: 'm' }).asResponse())).toBeInstanceOf(
      NotFoundError,
    );
  });
});

describe('a method that answers with nothing', () => {
  test('gives undefined', async () => {
    api().delete('/v1/agents/a').reply(204);

    expect(await client().beta.agents.delete({ agent_id: 'a' })).toBeUndefined();
  });

  test.each([
    ['JSON', '{}', 'application/json'],
    ['an empty body that claims to be JSON', '', 'application/json'],
    ['text', 'deleted', 'text/plain'],
  ])('gives undefined although the success comes with %s', async (_, body, type) => {
    api().delete('/v1/agents/a').reply(200, body, { 'content-type': type });

    expect(await client().beta.agents.delete({ agent_id: 'a' })).toBeUndefined();
  });
});

describe('a method that answers with bytes', () => {
  test('gives the response, in whichever way it is asked', async () => {
    api().get('/v1/files/f/content').times(3).reply(200, 'bytes', { 'content-type': 'text/plain' });
    const download = () => client().files.download({ file_id: 'f' });

    const whole = await download().withResponse();

    expect(await (await download()).text()).toBe('bytes');
    expect(await (await download().asResponse()).text()).toBe('bytes');
    expect(whole.data).toBe(whole.response);
    expect(await whole.data.text()).toBe('bytes');
  });

  test('rejects with an error of the status', async () => {
    api().get('/v1/files/f/content').reply(404, { detail: 'No such file' });

    expect(await failureOf(client().files.download({ file_id: 'f' }))).toHaveProperty('status', 404);
  });

  test('can be aborted while the bytes arrive', async () => {
    const baseURL = await serve((_, reply) => {
      reply.writeHead(200, { 'content-length': 100 });
      reply.write('half');
    });
    const controller = new AbortController();
    const { signal } = controller;

    const response = await client({ baseURL }).files.download({ file_id: 'f' }, { signal });
    const text = response.text();
    controller.abort(new Error('the user left'));

    await expect(text).rejects.toMatchObject({ name: 'AbortError', cause: new Error('the user left') });
  });
});

describe('a method that answers with a stream', () => {
  const reply = sse({ choices: [{ index: 0, delta: { content: 'Bon' } }] }, '[DONE]');
  const events = [{ choices: [{ index: 0, delta: { content: 'Bon' } }] }];

  test('can be iterated right away', async () => {
    api()
      .post('/v1/chat/completions', { ...chat, stream: true })
      .reply(200, reply, eventStream);

    expect(await collect(client().chat.stream(chat))).toEqual(events);
  });

  test('can be awaited first', async () => {
    api()
      .post('/v1/chat/completions')
      .reply(200, reply, { ...eventStream, 'x-request-id': 'request-1' });

    const { data, requestId } = await client().chat.stream(chat).withResponse();

    expect(data).toBeInstanceOf(Stream);
    expect(requestId).toBe('request-1');
    expect(await collect(data)).toEqual(events);
  });

  test('hands over the response unread', async () => {
    api().post('/v1/chat/completions').reply(200, reply, eventStream);

    expect(await (await client().chat.stream(chat).asResponse()).text()).toBe(reply);
  });

  test('hands over the response unread though it is no stream', async () => {
    api().post('/v1/chat/completions').reply(200, { id: 'cmpl-1' });

    expect(await (await client().chat.stream(chat).asResponse()).json()).toEqual({ id: 'cmpl-1' });
  });

  test('sends nothing when it is made and dropped', async () => {
    const { mistral, fetch } = recorder();

    mistral.chat.stream(chat);
    mistral.chat.stream(chat)[Symbol.asyncIterator]();
    await setImmediate();

    expect(fetch).not.toHaveBeenCalled();
  });

  test('fails like any other before it has begun', async () => {
    api().post('/v1/chat/completions').reply(401, { detail: 'Unauthorized' });

    expect(await failureOf(collect(client().chat.stream(chat)))).toHaveProperty('status', 401);
  });

  test('fails with what came instead when that is no stream', async () => {
    api().post('/v1/chat/completions').reply(200, { id: 'cmpl-1' });

    const error = await failureOf(client().chat.stream(chat));

    expect(error).toBeInstanceOf(ResponseError);
    expect(error).toHaveProperty('excerpt', '{"id":"cmpl-1"}');
  });

  test('gives text where the answer is a terminal event away from its end', async () => {
    const conversation = { conversation_id: 'c', inputs: 'Bonjour' };
    const delta = { type: 'message.output.delta', id: '1', content: 'Bon' };
    const done = { type: 'conversation.response.done', usage: {} };
    api()
      .post('/v1/conversations/c', { inputs: 'Bonjour', stream: true })
      .reply(200, sse(delta, done), eventStream);

    expect(await collect(client().beta.conversations.appendStream(conversation))).toEqual([delta, done]);
  });
});

describe('a method that answers with a list', () => {
  test('can be iterated right away, over all pages', async () => {
    api()
      .get('/v1/batch/jobs?status=RUNNING&status=QUEUED&page_size=1')
      .reply(200, { data: [{ id: 'a' }], total: 2 })
      .get('/v1/batch/jobs?status=RUNNING&status=QUEUED&page_size=1&page=1')
      .reply(200, { data: [{ id: 'b' }], total: 2 });

    const jobs = client().batch.jobs.list({ status: ['RUNNING', 'QUEUED'], page_size: 1 });

    expect(await collect(jobs)).toEqual([{ id: 'a' }, { id: 'b' }]);
  });

  test('can be awaited for its first page', async () => {
    api()
      .get('/v1/batch/jobs')
      .reply(200, { data: [{ id: 'a' }], total: 1 });

    const page = await client().batch.jobs.list();

    expect(page).toBeInstanceOf(Page);
    expect(page).toMatchObject({ items: [{ id: 'a' }], total: 1, hasNextPage: false });
  });

  test('gives the first page with its response', async () => {
    api().get('/v1/files').reply(200, { data: [], total: 0 }, { 'x-request-id': 'request-1' });

    const { data, requestId } = await client().files.list().withResponse();

    expect(data.items).toEqual([]);
    expect(requestId).toBe('request-1');
  });

  test('hands over the response unread', async () => {
    api().get('/v1/files').reply(200, '{"data": []}');

    expect(await (await client().files.list().asResponse()).text()).toBe('{"data": []}');
  });

  test('starts at the page that was asked for', async () => {
    api()
      .get('/v1/agents?page=3&page_size=20')
      .reply(200, [{ id: 'a' }]);

    expect(await collect(client().beta.agents.list({ page: 3, page_size: 20 }))).toEqual([{ id: 'a' }]);
  });

  test('sends its headers with every page', async () => {
    const scope = api({ reqheaders: { 'x-team': 'a' } });
    scope.get('/v1/agents?page_size=1').reply(200, [{ id: 'a' }]);
    scope.get('/v1/agents?page_size=1&page=1').reply(200, []);

    const agents = client().beta.agents.list({ page_size: 1 }, { headers: { 'x-team': 'a' } });

    expect(await collect(agents)).toHaveLength(1);
  });

  test('stops between two pages when it is aborted', async () => {
    api()
      .get('/v1/agents?page_size=1')
      .reply(200, [{ id: 'a' }]);
    const controller = new AbortController();

    const error = await failureOf(async () => {
      const agents = client().beta.agents.list({ page_size: 1 }, { signal: controller.signal });
      for await (const { id } of agents) controller.abort(`seen ${id}`);
    });

    expect(error).toBeInstanceOf(AbortError);
    expect(error).toHaveProperty('cause', 'seen a');
  });

  test('sends nothing when it is made and dropped', async () => {
    const { mistral, fetch } = recorder();

    mistral.batch.jobs.list();
    await setImmediate();

    expect(fetch).not.toHaveBeenCalled();
  });
});

describe('parameters that this version does not know', () => {
  test('go into the body of an operation that has one', async () => {
    api()
      .post('/v1/chat/completions', { ...chat, not_yet_known: { a: 1 }, stream: false })
      .reply(200, {});

    await client().chat.complete(untyped({ ...chat, not_yet_known: { a: 1 } }));
  });

  test('go into the query of one that has none', async () => {
    api().get('/v1/models/m?not_yet_known=a').reply(200, {});

    await client().models.retrieve(untyped({ model_id: 'm', not_yet_known: 'a' }));
  });

  test('go into the form of an upload', async () => {
    api()
      .post('/v1/files', /name="not_yet_known"\r\n\r\na\r\n/)
      .reply(200, {});

    const file = new File(['{}'], 'a.jsonl');
    await client().files.upload(untyped({ file, not_yet_known: 'a' }));
  });
});

describe('a call that cannot be meant is refused before it is sent', () => {
  const { mistral, fetch } = recorder();

  test.each([
    [{ abortSignal: null }, '`abortSignal`. Did you mean `signal`?'],
    [{ retrys: 1 }, '`retrys`. Did you mean `retry`?'],
    [{ tries: 1 }, '`tries`. Known: signal, '],
  ])('an option that does not exist: %j', async (options, message) => {
    const error = await failureOf(mistral.models.list({}, untyped(options)));

    expect(error).toBeInstanceOf(TypeError);
    expect(error).toHaveProperty(
      'message',
      expect.stringContaining(`mistral.models.list() has no option ${message}`),
    );
  });

  test.each([['m'], [null], [['m']], [1], [() => ({})]])('params that are no object: %j', async (params) => {
    const error = await failureOf(mistral.models.retrieve(untyped(params)));

    expect(error).toEqual(
      new ArgumentError('mistral.models.retrieve(params, options): `params` must be an object'),
    );
  });

  test.each([['m'], [null], [['m']], [1]])('options that are no object: %j', async (options) => {
    const error = await failureOf(mistral.models.retrieve({ model_id: 'm' }, untyped(options)));

    expect(error).toEqual(
      new ArgumentError('mistral.models.retrieve(params, options): `options` must be an object'),
    );
  });

  test.each([
    ['chat.complete', true, () => mistral.chat.complete(untyped({ ...chat, stream: true })), 'chat.stream'],
    ['chat.stream', false, () => mistral.chat.stream(untyped({ ...chat, stream: false })), 'chat.complete'],
    [
      'beta.conversations.start',
      'yes',
      () => mistral.beta.conversations.start(untyped({ inputs: 'Hi', stream: 'yes' })),
      'beta.conversations.startStream',
    ],
  ])('`stream` of the other method: %s with %j', async (id, _, call, twin) => {
    const error = await failureOf(call());

    expect(error).toBeInstanceOf(TypeError);
    expect(error).toHaveProperty(
      'message',
      expect.stringMatching(
        new RegExp(
          `^mistral\\.${id}\\(\\) always sends \`stream: .*\`; call mistral\\.${twin}\\(\\) instead$`,
        ),
      ),
    );
  });

  test('which rejects, rather than throwing, and for a stream also when it is iterated', async () => {
    const call = () => mistral.chat.stream(untyped('Bonjour'));

    expect(await failureOf(collect(call()))).toBeInstanceOf(TypeError);
    expect(await failureOf(call().finalMessage())).toBeInstanceOf(TypeError);
    expect(await failureOf(call().withResponse())).toBeInstanceOf(TypeError);
    expect(await failureOf(collect(mistral.files.list(untyped('Bonjour'))))).toBeInstanceOf(TypeError);
  });

  test('a parameter with no place on the wire', async () => {
    expect(await failureOf(mistral.chat.complete(untyped({ ...chat, seed: 1n })))).toBeInstanceOf(TypeError);
    expect(await failureOf(mistral.files.list({ page: NaN }))).toBeInstanceOf(TypeError);
    expect(await failureOf(mistral.files.upload(untyped({ file: Buffer.from('a') })))).toHaveProperty(
      'message',
      expect.stringMatching(/^`file`: The file has no name/),
    );
  });

  test('a circular value of a query that travels as JSON', async () => {
    const metadata: Record<string, unknown> = {};
    metadata.self = metadata;

    expect(await failureOf(collect(mistral.beta.agents.list({ metadata })))).toBeInstanceOf(TypeError);
  });

  test('and indeed nothing was sent', () => {
    expect(fetch).not.toHaveBeenCalled();
  });
});

test('a `stream` that says what the method does anyway is welcome', async () => {
  api()
    .post('/v1/chat/completions', { ...chat, stream: false })
    .times(3)
    .reply(200, {});
  const { complete } = client().chat;

  await complete(untyped({ ...chat, stream: false }));
  await complete(untyped({ ...chat, stream: null }));
  await complete(untyped({ ...chat, stream: undefined }));
});

test('methods can be passed around on their own', async () => {
  api().get('/v1/models').reply(200, { data: [] });
  const { list } = client().models;

  expect(await list()).toEqual({ data: [] });
});

test('a call without parameters can be given options', async () => {
  api({ reqheaders: { 'x-team': 'a' } })
    .get('/v1/models')
    .reply(200, {});
  const options: RequestOptions = { headers: { 'x-team': 'a' } };

  await client().models.list({}, options);
});

describe('a signal that outlives its calls holds none of them', () => {
  const answering = (body: string, headers: Record<string, string> = {}, status = 200) =>
    client({ fetch: async () => new Response(body, { status, headers }) });
  const refusing = () => answering('{}', {}, 400);
  const streaming = () => answering(sse({ choices: [] }, '[DONE]'), eventStream);

  test.each<[string, (options: { signal: AbortSignal }) => PromiseLike<unknown>]>([
    ['a call that was answered', (options) => answering('{}').models.list({}, options)],
    ['a call that was refused', (options) => failureOf(refusing().models.list({}, options))],
    ['a stream that was read', (options) => collect(streaming().chat.stream(chat, options))],
    [
      'a stream whose response was handed out, and read',
      async (options) => (await streaming().chat.stream(chat, options).asResponse()).text(),
    ],
    ['a stream that was refused', (options) => failureOf(refusing().chat.stream(chat, options))],
    ['a stream that was none', (options) => failureOf(answering('{}').chat.stream(chat, options))],
    [
      'a stream that was left early',
      async (options) => {
        for await (const _ of streaming().chat.stream(chat, options)) break;
      },
    ],
    [
      'a stream that was left before its first event',
      async (options) => (await streaming().chat.stream(chat, options))[Symbol.asyncIterator]().return(),
    ],
    ['a list that was walked', (options) => collect(answering('[]').beta.agents.list({}, options))],
  ])('%s', async (_, call) => {
    const { signal } = new AbortController();

    await call({ signal });

    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
