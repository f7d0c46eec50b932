import { setImmediate } from 'node:timers/promises';

import {
  context,
  diag,
  DiagLogLevel,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { ArgumentError, type Fetch } from '../../../src/index.js';
import { genAIOperations } from '../../../src/spans/describe-call.js';
import { openTelemetry, type OpenTelemetryOptions } from '../../../src/otel/index.js';
import { createMockMistral } from '../../../src/testing/index.js';
import { client } from '../../helpers/api.js';
import { bodyOf, eventStream, sse } from '../../helpers/event-stream.js';
import { failureOf } from '../../helpers/failure-of.js';
import { answer, scripted, type Line } from '../../helpers/scripted.js';
import { exportedSpans } from '../../helpers/spans.js';
import { operationTable } from '../../helpers/operation-table.js';

const spans = exportedSpans();
afterEach(() => {
  vi.restoreAllMocks();
  diag.disable();
});

const apiKey = 'test-key-0123456789';
const messages = [{ role: 'user' as const, content: 'Bonjour, Madame' }];
const chat = { model: 'mistral-small-latest', messages };
const reply = {
  id: 'cmpl-1',
  model: 'mistral-small-2506',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Salut, toi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
};

/** A traced client whose requests are answered line by line. */
const traced = (lines: readonly Line[], options: OpenTelemetryOptions = {}, maxRetries = 2) =>
  scripted(lines, { observer: openTelemetry(options), maxRetries });

const chunk = (content: string, more: object = {}) => ({
  id: 'cmpl-1',
  model: 'mistral-small-2506',
  choices: [{ index: 0, delta: { content }, finish_reason: null }],
  ...more,
});
const last = {
  ...chunk('toi'),
  choices: [{ index: 0, delta: { content: 'toi' }, finish_reason: 'length' }],
  usage: reply.usage,
};
const streamed =
  (...events: readonly unknown[]): Line =>
  () =>
    eventStream(bodyOf(...events.map((event) => sse(event))));

const everything = () =>
  JSON.stringify(
    spans.all().map(({ name, attributes, events, status }) => [name, attributes, events, status]),
  );

describe('the span of a call', () => {
  test('says what was asked, of whom, and what came of it', async () => {
    const { mistral } = traced([answer(200, { 'mistral-correlation-id': 'req-1' }, reply)]);

    await mistral.chat.complete({
      ...chat,
      temperature: 0.3,
      top_p: 0.9,
      max_tokens: 20,
      frequency_penalty: 0.1,
      presence_penalty: 0.2,
      random_seed: 7,
      n: 2,
      stop: 'END',
      response_format: { type: 'json_object' },
    });

    const { name, kind, attributes, status, events, instrumentationScope } = spans.only();
    expect(name).toBe('chat mistral-small-latest');
    expect(kind).toBe(SpanKind.CLIENT);
    expect(status).toEqual({ code: SpanStatusCode.UNSET });
    expect(events).toEqual([]);
    expect(instrumentationScope.name).toBe('mistral-sdk');
    expect(attributes).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'mistral_ai',
      'gen_ai.request.model': 'mistral-small-latest',
      'gen_ai.request.temperature': 0.3,
      'gen_ai.request.top_p': 0.9,
      'gen_ai.request.max_tokens': 20,
      'gen_ai.request.frequency_penalty': 0.1,
      'gen_ai.request.presence_penalty': 0.2,
      'gen_ai.request.seed': 7,
      'gen_ai.request.choice.count': 2,
      'gen_ai.output.type': 'json',
      'gen_ai.response.id': 'cmpl-1',
      'gen_ai.response.model': 'mistral-small-2506',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 5,
      'gen_ai.usage.output_tokens': 7,
      'server.address': 'api.mistral.ai',
      'server.port': 443,
      'http.request.method': 'POST',
      'url.template': '/v1/chat/completions',
      'http.response.status_code': 200,
      'mistral_ai.request.id': 'req-1',
    });
  });

  test('leaves out what the answer does not say, or says in another form', async () => {
    const { mistral } = traced([answer(200, {}, { id: 7, choices: [null, {}], usage: null })]);

    await mistral.chat.complete(chat);

    const names = Object.keys(spans.only().attributes);
    expect(names.filter((name) => /gen_ai\.(response|usage)/.test(name))).toEqual([]);
  });

  test.each([
    ['http://127.0.0.1:8080/prefix', '127.0.0.1', 8080],
    ['http://localhost', 'localhost', 80],
    ['https://gateway.example/v1', 'gateway.example', 443],
  ])('knows the server of %s', async (baseURL, address, port) => {
    await scripted([answer(200, {}, reply)], { observer: openTelemetry(), baseURL }).mistral.chat.complete(
      chat,
    );

    expect(spans.only().attributes).toMatchObject({ 'server.address': address, 'server.port': port });
  });

  test('holds all retries, and counts them', async () => {
    const { mistral, fetch } = traced([answer(503), new TypeError('reset'), answer(200, {}, reply)]);

    await mistral.chat.complete(chat);

    expect(fetch).toHaveBeenCalledTimes(3);
    expect(spans.only().attributes).toMatchObject({
      'http.request.resend_count': 2,
      'http.response.status_code': 200,
    });
    expect(spans.only().status.code).toBe(SpanStatusCode.UNSET);
  });

  test('is active while the request is sent, each time, and not after', async () => {
    const active: (string | undefined)[] = [];
    const lines = [answer(503), answer(200, {}, reply)];
    const fetch: Fetch = async () => {
      active.push(trace.getActiveSpan()?.spanContext().spanId);
      return (lines.shift() as () => Response)();
    };
    const { mistral } = scripted([], { observer: openTelemetry(), fetch });

    await mistral.chat.complete(chat);

    const { spanId } = spans.only().spanContext();
    expect(active).toEqual([spanId, spanId]);
    expect(trace.getActiveSpan()).toBeUndefined();
  });

  test('is begun with what a sampler decides by', async () => {
    const tracer = trace.getTracer('test');
    const startSpan = vi.spyOn(tracer, 'startSpan');

    await traced([answer(200, {}, reply)], { tracer }).mistral.chat.complete(chat);

    expect(startSpan.mock.calls[0]![1]!.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'mistral_ai',
      'gen_ai.request.model': 'mistral-small-latest',
      'server.address': 'api.mistral.ai',
      'server.port': 443,
    });
    expect(spans.only().instrumentationScope.name).toBe('test');
  });

  test('ends with withResponse(), and when a raw response was read', async () => {
    const { mistral } = traced([answer(200, {}, reply)]);

    await mistral.chat.complete(chat).withResponse();
    expect(spans.all()).toHaveLength(1);
    const response = await mistral.chat.complete(chat).asResponse();
    expect(spans.all()).toHaveLength(1);
    await response.text();

    expect(spans.all()).toHaveLength(2);
    expect(spans.all()[1]!.attributes).not.toHaveProperty('gen_ai.response.id');
  });
});

describe('the name of a span', () => {
  const named = async (call: (mistral: ReturnType<typeof client>) => PromiseLike<unknown>) => {
    const { fetch } = createMockMistral();
    await call(client({ fetch, observer: openTelemetry() }));
    const { name, attributes } = spans.only();
    return { name, attributes };
  };
  const conversation_id = 'conv_1';

  test.each<[string, string | undefined, object, Parameters<typeof named>[0]]>([
    [
      'text_completion codestral',
      'text_completion',
      {},
      (m) => m.fim.complete({ model: 'codestral', prompt: 'a' }),
    ],
    [
      'invoke_agent',
      'invoke_agent',
      { 'gen_ai.agent.id': 'ag_1' },
      (m) => m.agents.complete({ agent_id: 'ag_1', messages }),
    ],
    [
      'embeddings mistral-embed',
      'embeddings',
      { 'gen_ai.embeddings.dimension.count': 256, 'gen_ai.request.encoding_formats': ['float'] },
      (m) =>
        m.embeddings.create({
          model: 'mistral-embed',
          input: ['a'],
          output_dimension: 256,
          encoding_format: 'float',
        }),
    ],
    [
      'generate_content mistral-ocr',
      'generate_content',
      {},
      (m) =>
        m.ocr.process({
          model: 'mistral-ocr',
          document: { type: 'document_url', document_url: 'https://a.example/a.pdf' },
        }),
    ],
    [
      'generate_content voxtral',
      'generate_content',
      {},
      (m) => m.audio.transcriptions.complete({ model: 'voxtral', file_url: 'https://a.example/a.mp3' }),
    ],
    [
      'create_agent Helper',
      'create_agent',
      { 'gen_ai.agent.name': 'Helper', 'gen_ai.request.model': 'm', 'gen_ai.request.temperature': 0.5 },
      (m) => m.beta.agents.create({ model: 'm', name: 'Helper', completion_args: { temperature: 0.5 } }),
    ],
    ['chat m', 'chat', {}, (m) => m.beta.conversations.start({ model: 'm', inputs: 'Bonjour' })],
    [
      'invoke_agent',
      'invoke_agent',
      { 'gen_ai.agent.id': 'ag_1' },
      (m) => m.beta.conversations.start({ agent_id: 'ag_1', inputs: 'Bonjour' }),
    ],
    [
      'chat',
      'chat',
      { 'gen_ai.conversation.id': expect.any(String) as string },
      (m) => m.beta.conversations.append({ conversation_id, inputs: 'Bonjour' }),
    ],
    [
      'files.delete',
      undefined,
      { 'url.template': '/v1/files/{file_id}' },
      (m) => m.files.delete({ file_id: '497f6eca-6276-4993-bfeb-53cbbbba6f09' }),
    ],
    [
      'files.upload',
      undefined,
      { 'http.request.method': 'POST' },
      (m) => m.files.upload({ file: new File(['{}\n'], 'a.jsonl'), purpose: 'batch' }),
    ],
    [
      'GET /v1/models/{model_id}',
      undefined,
      { 'url.template': '/v1/models/{model_id}' },
      (m) => m.request({ method: 'GET', path: '/v1/models/{model_id}', params: { model_id: 'm' } }),
    ],
  ])('is %s', async (expected, operation, attributes, call) => {
    const span = await named(call);

    expect(span.name).toBe(expected);
    expect(span.attributes['gen_ai.operation.name']).toBe(operation);
    expect(span.attributes).toMatchObject(attributes);
  });

  test('is known for methods that exist, and only for these', () => {
    const ids = operationTable.map(({ id }) => id);

    expect(ids).toEqual(expect.arrayContaining(Object.keys(genAIOperations)));
  });
});

describe('a call that fails', () => {
  test('has an error of its class, the status, the id and the count of retries', async () => {
    const headers = { 'mistral-correlation-id': 'req-9' };
    const { mistral } = traced([answer(429, headers, { message: 'Too fast' })], {}, 1);

    await failureOf(mistral.chat.complete(chat));

    const { attributes, status, events } = spans.only();
    expect(attributes).toMatchObject({
      'error.type': 'RateLimitError',
      'http.response.status_code': 429,
      'http.request.resend_count': 1,
      'mistral_ai.request.id': 'req-9',
    });
    const message = '429 (POST /v1/chat/completions). Slow down, or ask for higher limits';
    expect(status).toEqual({ code: SpanStatusCode.ERROR, message });
    expect(events).toMatchObject([
      {
        name: 'exception',
        attributes: {
          'exception.type': 'RateLimitError',
          'exception.message': message,
          'exception.stacktrace': expect.stringContaining('\n    at ') as string,
        },
      },
    ]);
  });

  test('has no status when there was no answer', async () => {
    await failureOf(traced([new TypeError('fetch failed')], {}, 0).mistral.chat.complete(chat));

    expect(spans.only().attributes).toMatchObject({ 'error.type': 'ConnectionError' });
    expect(spans.only().attributes).not.toHaveProperty('http.response.status_code');
  });

  test('by an abort says so', async () => {
    const controller = new AbortController();
    const { mistral } = traced([() => new Response(new ReadableStream())]);
    const call = mistral.chat.complete(chat, { signal: controller.signal });

    setTimeout(() => controller.abort('my private reason'));
    await failureOf(call);

    expect(spans.only().attributes).toMatchObject({ 'error.type': 'AbortError' });
    expect(everything()).not.toContain('private');
  });

  test('by what a middleware threw shows its name, and its message only with the content', async () => {
    const broken = () => {
      throw new RangeError('they wrote:\nBonjour, Madame');
    };
    const calling = (captureContent: boolean) =>
      scripted([], {
        observer: openTelemetry({ captureContent }),
        middleware: [broken],
      }).mistral.chat.complete(chat);

    await failureOf(calling(false));
    expect(spans.only().attributes['error.type']).toBe('RangeError');
    expect(everything()).not.toContain('Madame');
    expect(spans.only().events[0]!.attributes!['exception.stacktrace']).toMatch(/^RangeError\n {4}at /);

    await failureOf(calling(true));
    expect(spans.all()[1]!.events[0]!.attributes!['exception.message']).toContain('Madame');
  });

  test('never shows the key, whatever says it back', async () => {
    const { mistral } = traced([
      answer(401, { 'x-request-id': `id-${apiKey}` }, { message: `Bad key ${apiKey}` }),
    ]);

    await failureOf(mistral.chat.complete(chat));
    await failureOf(traced([new TypeError(`no route with ${apiKey}`)], {}, 0).mistral.chat.complete(chat));
    await traced([answer(200, { 'x-request-id': `id-${apiKey}` }, reply)]).mistral.chat.complete(chat);

    expect(spans.all()).toHaveLength(3);
    expect(spans.all()[2]!.attributes['mistral_ai.request.id']).toBe('id-[redacted]');
    expect(everything()).not.toContain(apiKey);
  });
});

describe('the span of a stream', () => {
  const streaming = (options: OpenTelemetryOptions, ...events: readonly unknown[]) =>
    traced([streamed(...events)], options).mistral.chat.stream(chat);

  test('ends with the stream, and has the usage of the whole and the time to the first chunk', async () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(1000);
    const { mistral } = traced([
      () => {
        now.mockReturnValue(1250);
        return eventStream(bodyOf(sse(chunk('Salut, ')), sse(last), sse('[DONE]')));
      },
    ]);

    for await (const _ of mistral.chat.stream(chat)) expect(spans.all()).toEqual([]);

    expect(spans.only().name).toBe('chat mistral-small-latest');
    expect(spans.only().status.code).toBe(SpanStatusCode.UNSET);
    expect(spans.only().attributes).toMatchObject({
      'gen_ai.request.stream': true,
      'gen_ai.response.time_to_first_chunk': 0.25,
      'gen_ai.response.id': 'cmpl-1',
      'gen_ai.response.model': 'mistral-small-2506',
      'gen_ai.response.finish_reasons': ['length'],
      'gen_ai.usage.input_tokens': 5,
      'gen_ai.usage.output_tokens': 7,
    });
  });

  test('that breaks off has the error, and what was known', async () => {
    await failureOf(streaming({ captureContent: true }, chunk('Salut, ')).finalMessage());

    expect(spans.only().status.code).toBe(SpanStatusCode.ERROR);
    expect(spans.only().attributes).toMatchObject({
      'error.type': 'StreamInterruptedError',
      'http.response.status_code': 200,
      'gen_ai.response.id': 'cmpl-1',
      'gen_ai.output.messages': JSON.stringify([
        { role: 'assistant', parts: [{ type: 'text', content: 'Salut, ' }], finish_reason: null },
      ]),
    });
    expect(spans.only().attributes).not.toHaveProperty('gen_ai.response.finish_reasons');
  });

  test('that the API fails has its error', async () => {
    const problem = { object: 'error', message: 'Overloaded', type: 'service_unavailable', code: '3505' };
    await failureOf(streaming({}, chunk('Salut, '), problem).finalMessage());

    expect(spans.only().status.code).toBe(SpanStatusCode.ERROR);
    expect(spans.only().events).toHaveLength(1);
  });

  test('that is left is no error', async () => {
    for await (const _ of streaming({}, chunk('Salut, '), last, '[DONE]')) break;

    expect(spans.only().status.code).toBe(SpanStatusCode.UNSET);
    expect(spans.only().attributes).toMatchObject({ 'gen_ai.response.id': 'cmpl-1' });
    expect(spans.only().attributes).not.toHaveProperty('error.type');
  });

  test('that is aborted says so, whether somebody reads or not', async () => {
    const read = streaming({}, chunk('Salut, '), last, '[DONE]');
    read.on('text', () => read.abort('enough'));
    await failureOf(read.finalMessage());
    const opened = await streaming({}, chunk('Salut, '), last, '[DONE]');
    opened.abort();

    expect(spans.all().map(({ attributes }) => attributes['error.type'])).toEqual([
      'AbortError',
      'AbortError',
    ]);
  });

  test('that is teed is one span, which ends with the last branch', async () => {
    const [left, right] = streaming({}, chunk('Salut, '), last, '[DONE]').tee();

    const whole = left.finalMessage();
    for await (const _ of right) break;
    await whole;

    expect(spans.only().attributes).toMatchObject({ 'gen_ai.usage.output_tokens': 7 });
  });

  test('does not exist while nobody reads it', async () => {
    streaming({}, chunk('Salut, '), last, '[DONE]');
    await setImmediate();

    expect(spans.all()).toEqual([]);
  });

  test('belongs to where the call was made, and not to where it is read', async () => {
    const tracer = trace.getTracer('app');
    const stream = tracer.startActiveSpan('handler', (handler) => {
      const made = streaming({}, chunk('Salut, '), last, '[DONE]');
      handler.end();
      return made;
    });

    await tracer.startActiveSpan('reader', async (reader) => {
      await stream.finalMessage();
      reader.end();
    });

    const [handler, call] = spans.all();
    expect(call!.name).toBe('chat mistral-small-latest');
    expect(call!.parentSpanContext?.spanId).toBe(handler!.spanContext().spanId);
  });

  test('of a conversation has its id, its model and its usage', async () => {
    const { fetch } = createMockMistral();
    const mistral = client({ fetch, observer: openTelemetry() });

    const whole = await mistral.beta.conversations
      .startStream({ model: 'm', inputs: 'Bonjour' })
      .finalResponse();

    expect(spans.only().attributes).toMatchObject({
      'gen_ai.conversation.id': whole.conversation_id,
      'gen_ai.usage.input_tokens': whole.usage.prompt_tokens,
    });
  });
});

test('each page of a list has a span of its own, in the same parent', async () => {
  const page = (ids: readonly number[]) =>
    answer(200, {}, { object: 'list', data: ids.map((id) => ({ id })), total: 3 });
  const { mistral } = traced([page([1, 2]), page([3])]);

  await trace.getTracer('app').startActiveSpan('parent', async (parent) => {
    await mistral.files.list({ page_size: 2 }).collect();
    parent.end();
  });

  const [first, second, parent] = spans.all();
  expect([first!.name, second!.name]).toEqual(['files.list', 'files.list']);
  for (const span of [first!, second!])
    expect(span.parentSpanContext?.spanId).toBe(parent!.spanContext().spanId);
});

test('calls at the same time keep to their own parents, and what they send to theirs', async () => {
  const sent: unknown[] = [];
  const fetch: Fetch = async (_, init) => {
    const before = trace.getActiveSpan()?.spanContext().spanId;
    await setImmediate();
    sent.push([JSON.parse(init.body as string).model, before, trace.getActiveSpan()?.spanContext().spanId]);
    return Response.json(reply);
  };
  const { mistral } = scripted([], { observer: openTelemetry(), fetch });
  const tracer = trace.getTracer('app');

  await Promise.all(
    Array.from({ length: 10 }, (_, number) =>
      tracer.startActiveSpan(`parent ${number}`, async (parent) => {
        await mistral.chat.complete({ ...chat, model: `m${number}` });
        expect(trace.getActiveSpan()).toBe(parent);
        parent.end();
      }),
    ),
  );

  const idOf = (name: string) =>
    spans
      .all()
      .find((span) => span.name === name)!
      .spanContext().spanId;
  for (let number = 0; number < 10; number += 1) {
    const call = spans.all().find(({ name }) => name === `chat m${number}`)!;
    expect(call.parentSpanContext?.spanId).toBe(idOf(`parent ${number}`));
    expect(sent).toContainEqual([`m${number}`, call.spanContext().spanId, call.spanContext().spanId]);
  }
});

describe('content', () => {
  const conversation = {
    ...chat,
    messages: [{ role: 'system' as const, content: 'Be kind' }, ...messages],
    tools: [{ type: 'function' as const, function: { name: 'weather', parameters: {} } }],
  };
  const places = ['gen_ai.input.messages', 'gen_ai.output.messages', 'gen_ai.tool.definitions'];

  test('is nowhere, unless it is asked for', async () => {
    await traced([answer(200, {}, reply)]).mistral.chat.complete(conversation);
    await failureOf(
      traced([
        answer(422, {}, { detail: [{ loc: ['body', 'messages'], msg: 'wrong', input: 'Madame' }] }),
      ]).mistral.chat.complete(chat),
    );
    await traced([streamed(chunk('Salut, '), last, '[DONE]')])
      .mistral.chat.stream(chat)
      .finalMessage();

    expect(spans.all()).toHaveLength(3);
    expect(everything()).not.toMatch(/Madame|Salut|toi|kind|weather/);
  });

  test('is recorded as the conventions write it', async () => {
    await traced([answer(200, {}, reply)], { captureContent: true }).mistral.chat.complete(conversation);

    const { attributes } = spans.only();
    expect(places.map((place) => JSON.parse(attributes[place] as string) as unknown)).toEqual([
      [
        { role: 'system', parts: [{ type: 'text', content: 'Be kind' }] },
        { role: 'user', parts: [{ type: 'text', content: 'Bonjour, Madame' }] },
      ],
      [{ role: 'assistant', parts: [{ type: 'text', content: 'Salut, toi' }], finish_reason: 'stop' }],
      [{ type: 'function', name: 'weather', parameters: {} }],
    ]);
  });

  test('is what was passed, also when that is changed at once', async () => {
    const history = [...messages];
    const call = traced([answer(200, {}, reply)], { captureContent: true }).mistral.chat.complete({
      ...chat,
      messages: history,
    });
    history.push({ role: 'user', content: 'Too late' });
    await call;

    expect(everything()).not.toContain('Too late');
  });

  test('of stop sequences is a list, of which `redact` is shown each', async () => {
    const stop = ['END', 'Zoë', 'secret'];
    const redact = (text: string) => (text === 'secret' ? undefined : text.replace('Zoë', '[name]'));
    for (const options of [{}, { captureContent: true }, { captureContent: true, redact }])
      await scripted([answer(200, {}, reply)], { observer: openTelemetry(options) }).mistral.chat.complete({
        ...chat,
        stop,
      });

    expect(spans.all().map(({ attributes }) => attributes['gen_ai.request.stop_sequences'])).toEqual([
      undefined,
      stop,
      ['END', '[name]'],
    ]);
  });

  test('can be changed and left out before it is recorded', async () => {
    const seen: string[] = [];
    const redact = (text: string, place: string) => {
      seen.push(place);
      return place === 'gen_ai.tool.definitions' ? undefined : text.replace('Madame', '[name]');
    };

    await traced([answer(200, {}, reply)], { captureContent: true, redact }).mistral.chat.complete(
      conversation,
    );

    expect(seen.toSorted()).toEqual(places.toSorted());
    expect(spans.only().attributes['gen_ai.input.messages']).toContain('Bonjour, [name]');
    expect(spans.only().attributes).not.toHaveProperty('gen_ai.tool.definitions');
    expect(everything()).not.toContain('Madame');
  });

  test('in the message of an error is shown to `redact`, and gone from its stack too', async () => {
    const redact = (text: string, place: string) =>
      place === 'exception.message' ? text.replace('Madame', '[name]') : text;

    await failureOf(
      traced([answer(400, {}, { message: 'Not to Madame' })], {
        captureContent: true,
        redact: (text, place) => redact(text, place).replace('Bonjour, Madame', ''),
      }).mistral.chat.complete(chat),
    );

    expect(spans.only().status.message).toContain('Not to [name]');
    expect(everything()).not.toContain('Madame');
  });

  test('is left out where `redact` throws, and the rest of the span is not', async () => {
    const warn = vi.fn();
    diag.setLogger(
      { warn, error: vi.fn(), info: vi.fn(), debug: vi.fn(), verbose: vi.fn() },
      { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
    );
    const redact = (text: string) => {
      throw new RangeError(text);
    };

    const call = traced([answer(200, {}, reply)], { captureContent: true, redact }).mistral.chat.complete(
      chat,
    );

    expect(await call).toEqual(reply);
    expect(spans.only().attributes).toMatchObject({ 'gen_ai.usage.input_tokens': 5 });
    expect(everything()).not.toMatch(/Madame|Salut/);
    expect(warn.mock.calls.flat()).toEqual([
      'mistral-sdk/otel: `redact` failed with RangeError, so gen_ai.input.messages is left out',
      'mistral-sdk/otel: `redact` failed with RangeError, so gen_ai.output.messages is left out',
    ]);
  });
});

describe('the context of the trace', () => {
  test('is not sent with a request, unless it is asked for', async () => {
    const { mistral, sent } = traced([answer(200, {}, reply)]);

    await mistral.chat.complete(chat);

    expect(sent()[0]!.has('traceparent')).toBe(false);
  });

  test('is sent with every attempt, and leads to the span of the call', async () => {
    const { mistral, sent } = traced([answer(503), answer(200, {}, reply)], { propagate: true });

    await mistral.chat.complete(chat);

    const { traceId, spanId } = spans.only().spanContext();
    const expected = `00-${traceId}-${spanId}-01`;
    expect(sent().map((headers) => headers.get('traceparent'))).toEqual([expected, expected]);
  });
});

describe('telemetry that fails', () => {
  const broken = (): never => {
    throw new Error('no telemetry today');
  };

  test('at the span, does not fail the call', async () => {
    const tracer = { startSpan: broken, startActiveSpan: broken } as Tracer;
    const { mistral } = traced([answer(200, {}, reply)], { tracer });

    expect(await mistral.chat.complete(chat)).toEqual(reply);
    expect(spans.all()).toEqual([]);
  });

  test.each(['setAttribute', 'setAttributes', 'end', 'recordException', 'isRecording'] as const)(
    'in %s(), does not fail the call or hide its error',
    async (method) => {
      const tracer = trace.getTracer('app');
      const startSpan = tracer.startSpan.bind(tracer);
      vi.spyOn(tracer, 'startSpan').mockImplementation((...given) =>
        Object.assign(startSpan(...given), { [method]: broken }),
      );

      expect(await traced([answer(200, {}, reply)], { tracer }).mistral.chat.complete(chat)).toEqual(reply);
      expect(await failureOf(traced([answer(400)], { tracer }).mistral.chat.complete(chat))).toMatchObject({
        status: 400,
      });
    },
  );

  test('is none when tracing is off: nothing is described then', async () => {
    const redact = vi.fn((text: string) => text);
    const tracer = {
      ...trace.getTracer('off'),
      startSpan: () => trace.wrapSpanContext({ traceId: '0', spanId: '0', traceFlags: 0 }),
    };
    const { mistral } = traced([answer(200, {}, reply)], {
      tracer: tracer as unknown as Tracer,
      captureContent: true,
      redact,
    });

    expect(await mistral.chat.complete(chat)).toEqual(reply);
    expect(redact).not.toHaveBeenCalled();
    expect(context.active()).toBeDefined();
  });
});

describe('an option that cannot be right is refused', () => {
  test.each<[object, string]>([
    [{ capture: true }, 'openTelemetry() has no option `capture`'],
    [null as never, 'openTelemetry() takes an object of options'],
    ['capture' as never, 'openTelemetry() takes an object of options'],
    [{ tracer: {} }, '`tracer` must be a Tracer'],
    [{ captureContent: 'false' }, '`captureContent` must be true or false'],
    [{ redact: /Madame/ }, '`redact` must be a function'],
    [{ propagate: 1 }, '`propagate` must be true or false'],
  ])('%j', (options, message) => {
    const make = () => openTelemetry(options as OpenTelemetryOptions);

    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(message);
  });
});
