import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest';

import type { CompletionStream } from '../../../src/index.js';
import {
  AbortError,
  MistralError,
  StreamInterruptedError,
  type CompletionChunk,
  type StreamPromise,
} from '../../../src/index.js';
import { client } from '../../helpers/api.js';
import { eventStream, sse } from '../../helpers/event-stream.js';
import { failureOf } from '../../helpers/failure-of.js';

const params = { model: 'm', messages: [{ role: 'user' as const, content: 'Bonjour' }] };
const chunk = (content: string, finish_reason: string | null = null) => ({
  id: '1',
  model: 'm',
  choices: [{ index: 0, delta: { content }, finish_reason }],
});
const whole = sse(chunk('a'), chunk('b'), chunk('c', 'stop'), '[DONE]');
const cut = sse(chunk('a'), chunk('b'));

/** A stream whose body is written and then held open. */
function held(text: string, options: { signal?: AbortSignal } = {}) {
  const cancel = vi.fn();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
    cancel,
  });
  return { cancel, stream: client({ fetch: async () => eventStream(body) }).chat.stream(params, options) };
}

const streamOf = (text: string) => client({ fetch: async () => eventStream(text) }).chat.stream(params);

const settled = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));

afterEach(() => {
  expect(vi.getTimerCount(), 'timers left behind').toBe(0);
  vi.useRealTimers();
});

describe('a stream that is aborted while nobody reads', () => {
  type Ways = Record<string, (stream: StreamPromise<CompletionStream>, controller: AbortController) => void>;
  const ways: Ways = {
    'its own abort()': (stream) => stream.abort('enough'),
    'its controller': (stream) => stream.controller.abort('enough'),
    "the caller's signal": (_, controller) => controller.abort('enough'),
  };

  describe.each(Object.entries(ways))('by %s', (_, abort) => {
    test('ends at once: its connection, its timers, and whoever waits for the whole', async () => {
      const controller = new AbortController();
      const { stream, cancel } = held(sse(chunk('a')), { signal: controller.signal });
      const onError = vi.fn();
      stream.on('error', onError);
      const iterator = stream[Symbol.asyncIterator]();
      await iterator.next();
      const message = failureOf(stream.finalMessage());

      abort(stream, controller);

      expect(vi.getTimerCount()).toBe(0);
      await settled();
      expect(cancel).toHaveBeenCalledOnce();
      expect(await message).toBeInstanceOf(AbortError);
      expect(onError).toHaveBeenCalledOnce();
      expect(await failureOf(iterator.next())).toMatchObject({ name: 'AbortError', cause: 'enough' });
      expect(await iterator.next()).toEqual({ done: true, value: undefined });
    });

    test('before it was iterated is told to who iterates it then', async () => {
      const controller = new AbortController();
      const { stream, cancel } = held(sse(chunk('a')), { signal: controller.signal });
      const opened = await stream;

      abort(stream, controller);

      await settled();
      expect(cancel).toHaveBeenCalledOnce();
      expect(await failureOf(opened.finalMessage())).toBeInstanceOf(AbortError);
    });

    test('while it is handed on ends the bytes, and the message', async () => {
      const controller = new AbortController();
      const { stream } = held(sse(chunk('a')), { signal: controller.signal });
      const reader = stream.toReadableStream().getReader();
      await reader.read();
      const message = failureOf(stream.finalMessage());

      abort(stream, controller);

      expect(await message).toBeInstanceOf(AbortError);
      expect(await failureOf(reader.read())).toBeInstanceOf(AbortError);
    });
  });

  test('as a branch tells whoever waits for its whole, and leaves the other be', async () => {
    const { stream, cancel } = held(sse(chunk('a'), chunk('b', 'stop'), '[DONE]'));
    const [left, right] = stream.tee();
    await left[Symbol.asyncIterator]().next();
    const message = failureOf(left.finalMessage());

    left.abort();

    expect(await message).toBeInstanceOf(AbortError);
    expect(await right.finalMessage()).toMatchObject({ content: 'ab' });
    await vi.advanceTimersByTimeAsync(5000);
    expect(cancel).toHaveBeenCalledOnce();
  });
});

describe('a branch', () => {
  test('of a stream that breaks off fails once, however many wait, and has no whole', async () => {
    const [left] = streamOf(cut).tee();
    const iterator = left[Symbol.asyncIterator]();
    const message = failureOf(left.finalMessage());

    const results = await Promise.allSettled(Array.from({ length: 5 }, () => iterator.next()));

    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(await message).toBeInstanceOf(StreamInterruptedError);
  });

  test.each(['aborted', 'left', 'failed in a handler'])(
    'that is the last and is %s ends the request',
    async (how) => {
      const { stream, cancel } = held(sse(chunk('a')));
      const [left, right] = stream.tee();
      const iterators = [left[Symbol.asyncIterator](), right[Symbol.asyncIterator]()] as const;
      if (how === 'failed in a handler')
        right.on('text', () => {
          throw new Error('Mine');
        });
      await iterators[0].next();
      await iterators[0].return();
      expect(cancel).not.toHaveBeenCalled();

      if (how === 'aborted') right.abort();
      else if (how === 'left') await iterators[1].return();
      else expect(await failureOf(iterators[1].next())).toHaveProperty('message', 'Mine');

      await settled();
      expect(cancel).toHaveBeenCalledOnce();
    },
  );
});

describe('what a handler throws', () => {
  const thrown: [string, unknown][] = [
    ['an error', new Error('Mine')],
    ['nothing', undefined],
    ['a text', 'Mine'],
  ];

  test.each(thrown)('comes out where the stream is read, and there is no whole: %s', async (_, mine) => {
    const stream = streamOf(whole).on('text', (delta) => {
      if (delta === 'b') throw mine;
    });
    const iterator = stream[Symbol.asyncIterator]();
    const message = stream.finalMessage().then(
      () => 'a message',
      (error: unknown) => error,
    );

    const results = await Promise.allSettled([iterator.next(), iterator.next(), iterator.next()]);

    expect(results).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: mine },
      { value: { done: true } },
    ]);
    expect(await message).toBe(mine);
  });

  test.each(thrown)(
    'when the stream fails comes out instead of the failure, and never at once: %s',
    async (_, mine) => {
      const { stream } = held(sse(chunk('a')));
      stream.on('error', () => {
        throw mine;
      });
      const iterator = stream[Symbol.asyncIterator]();
      await iterator.next();

      stream.abort();
      const next = iterator.next();

      expect(
        await next.then(
          () => 'an event',
          (error: unknown) => error,
        ),
      ).toBe(mine);
      expect(await failureOf(stream.finalMessage())).toBeInstanceOf(AbortError);
    },
  );
});

describe('the promise of a stream', () => {
  test('is kept through on()', async () => {
    const text = vi.fn();

    const { data, response } = await streamOf(whole).on('text', text).on('finish', vi.fn()).withResponse();

    expect(response.status).toBe(200);
    expect(await data.finalMessage()).toMatchObject({ content: 'abc' });
    expect(text).toHaveBeenCalledTimes(3);
    expect((await streamOf(whole).on('text', text).asResponse()).status).toBe(200);
  });

  test('sends the request when it is awaited after on(), and fails there', async () => {
    const refusing = client({ fetch: async () => Response.json({ message: 'No' }, { status: 400 }) });
    const caught = vi.fn();

    await refusing.chat.stream(params).on('text', vi.fn()).catch(caught);

    expect(caught).toHaveBeenCalledOnce();
  });

  test('has the types of what it is', () => {
    const stream = () => streamOf(whole);
    expectTypeOf(stream).returns.toEqualTypeOf<StreamPromise<CompletionStream>>();
    expectTypeOf(() =>
      stream()
        .on('text', () => {})
        .withResponse(),
    ).returns.toEqualTypeOf<ReturnType<StreamPromise<CompletionStream>['withResponse']>>();
    expectTypeOf(() => stream().tee()).returns.toEqualTypeOf<[CompletionStream, CompletionStream]>();
  });
});

test('the iterator of a stream can be iterated', async () => {
  const iterator = streamOf(whole)[Symbol.asyncIterator]();
  const seen: CompletionChunk[] = [];
  await iterator.next();

  for await (const each of iterator) seen.push(each);

  expect(seen).toHaveLength(2);
});

// Each in every order of two and three, one after the other on one stream.
const uses: Readonly<Record<string, (stream: StreamPromise<CompletionStream>) => Promise<unknown>>> = {
  on: async (stream) => void stream.on('text', () => {}),
  await: async (stream) => void (await stream),
  withResponse: async (stream) => (await stream.withResponse()).response.status,
  asResponse: async (stream) => (await stream.asResponse()).status,
  iterate: async (stream) => {
    const texts: unknown[] = [];
    for await (const each of stream) texts.push(each.choices[0]!.delta.content);
    return texts.join('');
  },
  finalMessage: async (stream) => (await stream.finalMessage()).content,
  text: async (stream) => stream.text(),
  tee: async (stream) => (await Promise.all(stream.tee().map((branch) => branch.text()))).join(' '),
  toReadableStream: async (stream) => new Response(stream.toReadableStream()).text(),
};

const right: Readonly<Record<string, unknown>> = {
  on: undefined,
  await: undefined,
  withResponse: 200,
  asResponse: 200,
  iterate: 'abc',
  finalMessage: 'abc',
  text: 'abc',
  tee: 'abc abc',
  toReadableStream: whole,
};

const names = Object.keys(uses);
const orders = names.flatMap((a) => names.flatMap((b) => [[a, b], ...names.map((c) => [a, b, c])]));

test(`${orders.length} orders of what can be done with a stream give the right result each, or say why not`, async () => {
  for (const order of orders) {
    const stream = streamOf(whole);
    for (const [index, name] of order.entries()) {
      const outcome = await uses[name]!(stream).then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
      const place = `${order.slice(0, index + 1).join(', ')}`;
      if ('value' in outcome) expect(outcome.value, place).toEqual(right[name]);
      else expect(MistralError.isInstance(outcome.error), `${place}: ${String(outcome.error)}`).toBe(true);
      if (index === 0) expect(outcome, place).not.toHaveProperty('error');
    }
    // One that was opened and not read is open until it is aborted.
    stream.abort();
    await settled();
    expect(vi.getTimerCount(), order.join(', ')).toBe(0);
  }
});
