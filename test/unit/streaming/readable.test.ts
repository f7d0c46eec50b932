import { Readable } from 'node:stream';

import { describe, expect, test } from 'vitest';

import { CompletionStream, ConversationStream, Stream, TranscriptionStream } from '../../../src/index.js';
import { createMockMistral } from '../../../src/testing/index.js';
import { client } from '../../helpers/api.js';
import { collect } from '../../helpers/collect.js';
import { bodyOf, eventStream, sse } from '../../helpers/event-stream.js';
import { failureOf } from '../../helpers/failure-of.js';
import { closedOrigin, serve } from '../../helpers/loopback.js';

const params = { model: 'm', messages: [{ role: 'user' as const, content: 'Bonjour' }] };
const chunk = (content: string) => ({ id: '1', model: 'm', choices: [{ index: 0, delta: { content } }] });

function chat() {
  const mock = createMockMistral({ 'chat.stream': [chunk('a'), chunk('🧀'), chunk('c')] as never });
  return { mock, stream: client({ fetch: mock.fetch }).chat.stream(params) };
}

describe('a stream as bytes', () => {
  test('is an event stream that ends with `[DONE]`', async () => {
    expect(await new Response(chat().stream.toReadableStream()).text()).toBe(
      sse(chunk('a'), chunk('🧀'), chunk('c'), '[DONE]'),
    );
  });

  test('has that end also where the API sends none', async () => {
    const stream = client({ fetch: createMockMistral().fetch }).beta.conversations.startStream({
      inputs: 'Hi',
    });

    expect(await new Response(stream.toReadableStream()).text()).toMatch(
      /"conversation\.response\.done".*\n\ndata: \[DONE\]\n\n$/,
    );
  });

  test('is read as it is asked for, and not before', async () => {
    const { stream, mock } = chat();

    const reader = stream.toReadableStream().getReader();
    await new Promise((resolve) => setImmediate(resolve));
    expect(mock.requests).toHaveLength(0);

    expect(new TextDecoder().decode((await reader.read()).value)).toBe(sse(chunk('a')));
    expect(mock.requests).toHaveLength(1);
  });

  test('ends the request when it is cancelled', async () => {
    const { stream, mock } = chat();
    const reader = stream.toReadableStream().getReader();

    await reader.read();
    await reader.cancel();

    expect(mock.requests[0]!.cancelled).toBe(true);
  });

  test('fails as the stream does', async () => {
    const broken = client({ fetch: async () => eventStream(bodyOf(sse(chunk('a')))) }).chat.stream(params);
    const reader = broken.toReadableStream().getReader();

    await reader.read();

    expect(await failureOf(reader.read())).toMatchObject({ name: 'StreamInterruptedError' });
  });
});

describe('bytes as a stream', () => {
  test('are the events again, typed by who reads them', async () => {
    const stream = CompletionStream.fromReadableStream(chat().stream.toReadableStream());

    expect(stream).toBeInstanceOf(CompletionStream);
    expect(await collect(stream)).toEqual([chunk('a'), chunk('🧀'), chunk('c')]);
    expect(await stream.finalMessage()).toEqual({ role: 'assistant', content: 'a🧀c' });
  });

  test('are put together for a conversation, too', async () => {
    const source = client({ fetch: createMockMistral().fetch }).beta.conversations.startStream({
      inputs: 'Hi',
    });

    const { outputs, usage } = await ConversationStream.fromReadableStream(
      source.toReadableStream(),
    ).finalResponse();

    expect(outputs).toHaveLength(1);
    expect(usage.total_tokens).toBe(19);
  });

  test('that break off are an error, and no short answer', async () => {
    const error = await failureOf(collect(Stream.fromReadableStream(bodyOf(sse({ n: 1 }, { n: 2 })))));

    expect(error).toMatchObject({ name: 'StreamInterruptedError', eventCount: 2 });
  });

  test('are cancelled when the loop is left, or aborted', async () => {
    const left = chat();
    for await (const _ of CompletionStream.fromReadableStream(left.stream.toReadableStream())) break;
    expect(left.mock.requests[0]!.cancelled).toBe(true);

    const aborted = chat();
    const stream = CompletionStream.fromReadableStream(aborted.stream.toReadableStream());
    const error = await failureOf(async () => {
      for await (const _ of stream) stream.abort('enough');
    });
    expect(error).toMatchObject({ name: 'AbortError', cause: 'enough' });
    expect(aborted.mock.requests[0]!.cancelled).toBe(true);
  });

  test.each([
    ['nothing', null, 'takes a ReadableStream'],
    ['a response', new Response('a'), 'takes a ReadableStream, such as the `body` of a Response'],
    ['a stream that is read', lockedBody(), 'was given a stream that is being read'],
  ])('cannot be %s', (_, readable, problem) => {
    expect(() => Stream.fromReadableStream(readable as ReadableStream)).toThrow(problem);
  });
});

describe('a response as a stream', () => {
  const classes = [Stream, CompletionStream, ConversationStream, TranscriptionStream];
  const respond = (body: BodyInit, init: ResponseInit = {}) => new Response(body, init);
  const ofEvents = { headers: { 'content-type': 'text/event-stream' } };

  test.each(classes)('is one of %o', async (Class) => {
    const stream = Class.fromResponse(respond(sse(chunk('a'), '[DONE]'), ofEvents));

    expect(stream).toBeInstanceOf(Class);
    expect(await collect(stream as Stream<unknown>)).toEqual([chunk('a')]);
  });

  test('may be given before it has arrived', async () => {
    const response = Promise.resolve(respond(sse(chunk('a'), '[DONE]'), ofEvents));

    expect(await CompletionStream.fromResponse(response).text()).toBe('a');
  });

  test.each([
    [401, '{"message":"Log in first"}', 'AuthenticationError', false],
    [429, '{"error":{"message":"Ten questions a minute"}}', 'RateLimitError', true],
    [500, 'No model today', 'InternalServerError', true],
    [418, '{"detail":"short"}', 'APIError', false],
  ])('with status %i is an error with the words of %s', async (status, body, name, retryable) => {
    const error = await failureOf(CompletionStream.fromResponse(respond(body, { status })).text());

    expect(error).toMatchObject({ name, status, retryable });
    expect((error as Error).message).toContain(/[A-Z]\w+ [\w ]+|short/.exec(body)![0]);
  });

  test('that is not an event stream is an error with its type and its beginning', async () => {
    const page = respond('<h1>Log in</h1>', { headers: { 'content-type': 'text/html; charset=utf-8' } });

    expect(await failureOf(CompletionStream.fromResponse(page).text())).toMatchObject({
      name: 'ResponseError',
      message: expect.stringContaining('Expected an event stream, got text/html'),
      excerpt: '<h1>Log in</h1>',
    });
  });

  test('may lack a content type, as those of servers that pass a stream on', async () => {
    const untyped = respond(bodyOf(sse(chunk('a'), '[DONE]')));

    expect(untyped.headers.get('content-type')).toBeNull();
    expect(await CompletionStream.fromResponse(untyped).text()).toBe('a');
  });

  test('that never comes is a connection error', async () => {
    const gone = CompletionStream.fromResponse(fetch(await closedOrigin()));

    expect(await failureOf(gone.text())).toMatchObject({ name: 'ConnectionError', retryable: true });
  });

  test('whose fetch fails and that nobody reads rejects nothing', async () => {
    CompletionStream.fromResponse(Promise.reject(new TypeError('fetch failed')));

    // An unhandled rejection fails the run.
    await new Promise((resolve) => setImmediate(resolve));
  });

  test.each([
    ['null', null, 'takes the Response of a `fetch`'],
    ['a stream', bodyOf('a'), 'takes the Response of a `fetch`'],
    ['text', 'a', 'takes the Response of a `fetch`'],
  ])('cannot be %s', (_, response, problem) => {
    expect(() => Stream.fromResponse(response as never)).toThrow(problem);
  });

  test('cannot be one that was read, or be read', async () => {
    const read = respond('a');
    await read.text();
    const locked = respond('a');
    locked.body!.getReader();

    for (const response of [read, locked])
      expect(() => Stream.fromResponse(response)).toThrow('was read already');
    expect(await failureOf(collect(Stream.fromResponse(Promise.resolve(read))))).toHaveProperty(
      'message',
      expect.stringContaining('was read already'),
    );
  });

  test('has options with known names', () => {
    expect(() => Stream.fromResponse(respond('a'), { abortSignal: 1 } as never)).toThrow('`abortSignal`');
    expect(() => Stream.fromResponse(respond('a'), 5 as never)).toThrow('`options` must be an object');
  });
});

describe('an abort is told as one', () => {
  type Reply = Parameters<Parameters<typeof serve>[0]>[1];
  const endless = (reply: Reply) =>
    reply.writeHead(200, { 'content-type': 'text/event-stream' }).write(sse(chunk('Bon')));
  const silent = () => {};
  const hung = (reply: Reply) => reply.writeHead(500).write('{"mess');

  test.each([
    [
      'of a response, while it is read',
      endless,
      (url: string, signal: AbortSignal) => CompletionStream.fromResponse(fetch(url, { signal }), { signal }),
    ],
    [
      'of a response, whose signal is not said',
      endless,
      (url: string, signal: AbortSignal) => CompletionStream.fromResponse(fetch(url, { signal })),
    ],
    [
      'of a request, whose signal is not said',
      endless,
      (url: string, signal: AbortSignal) => CompletionStream.fromResponse(fetch(url), { signal }),
    ],
    [
      'before the response',
      silent,
      (url: string, signal: AbortSignal) => CompletionStream.fromResponse(fetch(url, { signal }), { signal }),
    ],
    [
      'before the response, whose signal is not said',
      silent,
      (url: string, signal: AbortSignal) => CompletionStream.fromResponse(fetch(url, { signal })),
    ],
    [
      'in the body of an error',
      hung,
      (url: string, signal: AbortSignal) => CompletionStream.fromResponse(fetch(url, { signal }), { signal }),
    ],
  ])('%s', async (_, server, open) => {
    const controller = new AbortController();
    const url = await serve((_request, reply) => {
      server(reply);
      setImmediate(() => controller.abort());
    });

    const error = await failureOf(open(url, controller.signal).text());

    expect(error).toMatchObject({ name: 'AbortError', retryable: false });
  });

  test('of bytes, as it is read', async () => {
    const controller = new AbortController();
    const url = await serve((_, reply) => void endless(reply));
    const { body } = await fetch(url, { signal: controller.signal });
    const stream = CompletionStream.fromReadableStream(body!);
    const error = await failureOf(async () => {
      for await (const _ of stream) controller.abort();
    });

    expect(error).toMatchObject({ name: 'AbortError' });
    expect(stream.partial?.choices[0]!.message.content).toBe('Bon');
  });

  test('and a body that broke off is none, though Node calls it so', async () => {
    const broken = Readable.toWeb(Readable.from([]).destroy()) as ReadableStream<Uint8Array>;

    expect(await failureOf(CompletionStream.fromReadableStream(broken).text())).toMatchObject({
      name: 'StreamInterruptedError',
    });
  });

  test('that somebody else makes of a call is not retried', async () => {
    const calls: unknown[] = [];
    const mistral = client({
      maxRetries: 2,
      fetch: async (...given) => {
        calls.push(given);
        throw new DOMException('The page was left', 'AbortError');
      },
    });

    expect(await failureOf(mistral.models.list())).toMatchObject({ name: 'AbortError' });
    expect(calls).toHaveLength(1);
  });
});

function lockedBody(): ReadableStream {
  const body = bodyOf('a');
  body.getReader();
  return body;
}

describe('from a server to a browser, over a real connection,', () => {
  /** Passes the answer of an upstream on to whoever asks. */
  const passOn = (upstream: string) =>
    serve(async (_, reply) => {
      const stream = client({ baseURL: upstream }).chat.stream(params);
      reply.writeHead(200, { 'content-type': 'text/event-stream' });
      try {
        for await (const bytes of stream.toReadableStream()) reply.write(bytes);
        reply.end();
      } catch {
        reply.destroy();
      }
    });

  test('the answer arrives whole', async () => {
    const upstream = await serve((_, reply) => {
      reply.writeHead(200, { 'content-type': 'text/event-stream' });
      reply.end(sse(chunk('Bon'), chunk('jour'), '[DONE]'));
    });

    const { body } = await fetch(await passOn(upstream));

    expect(await CompletionStream.fromReadableStream(body!).text()).toBe('Bonjour');
  });

  test('an answer that broke off on the way to the server is broken in the browser, too', async () => {
    const upstream = await serve((_, reply) => {
      reply.writeHead(200, { 'content-type': 'text/event-stream' });
      reply.write(sse(chunk('Bon')), () => setImmediate(() => reply.destroy()));
    });

    const { body } = await fetch(await passOn(upstream));
    const stream = CompletionStream.fromReadableStream(body!);

    expect(await failureOf(stream.text())).toMatchObject({ name: 'StreamInterruptedError' });
    expect(stream.partial?.choices[0]!.message.content).toBe('Bon');
  });
});
