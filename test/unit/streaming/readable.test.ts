import { describe, expect, test } from 'vitest';

import { CompletionStream, ConversationStream, Stream } from '../../../src/index.js';
import { createMockMistral } from '../../../src/testing/index.js';
import { client } from '../../helpers/api.js';
import { collect } from '../../helpers/collect.js';
import { bodyOf, eventStream, sse } from '../../helpers/event-stream.js';
import { failureOf } from '../../helpers/failure-of.js';
import { serve } from '../../helpers/loopback.js';

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
