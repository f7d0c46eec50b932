import { setImmediate } from 'node:timers/promises';

import { describe, expect, test } from 'vitest';

import { CompletionStream, type CompletionChunk, type Stream } from '../../../src/index.js';
import { createMockMistral } from '../../../src/testing/index.js';
import { client } from '../../helpers/api.js';
import { collect } from '../../helpers/collect.js';
import { bodyOf, eventStream, sse } from '../../helpers/event-stream.js';
import { failureOf } from '../../helpers/failure-of.js';

const params = { model: 'm', messages: [{ role: 'user' as const, content: 'Bonjour' }] };
const chunks = ['a', 'b', 'c'].map((content): CompletionChunk => ({
  id: '1',
  model: 'm',
  choices: [{ index: 0, delta: { content }, finish_reason: null }],
}));

function chat() {
  const mock = createMockMistral({ 'chat.stream': chunks });
  return { mock, stream: client({ fetch: mock.fetch }).chat.stream(params) };
}

const take = async (stream: Stream<CompletionChunk>, count: number): Promise<CompletionChunk[]> => {
  const taken: CompletionChunk[] = [];
  for await (const chunk of stream) if (taken.push(chunk) === count) break;
  return taken;
};

describe('two streams out of one', () => {
  test('have all events each, whichever is read first, with one request', async () => {
    const { stream, mock } = chat();
    const [left, right] = stream.tee();

    expect(mock.requests).toHaveLength(0);
    expect(await collect(left)).toEqual(chunks);
    expect(await collect(right)).toEqual(chunks);
    expect(mock.requests).toHaveLength(1);
  });

  test('can be read at once, event by event in turns or together', async () => {
    const [left, right] = chat().stream.tee();

    expect(await Promise.all([collect(left), collect(right)])).toEqual([chunks, chunks]);

    const [a, b] = chat()
      .stream.tee()
      .map((branch) => branch[Symbol.asyncIterator]());
    expect(await a!.next()).toEqual(await b!.next());
    const [second, third] = await Promise.all([b!.next(), b!.next()]);
    expect([second.value, third.value]).toEqual(chunks.slice(1));
    expect(await a!.next()).toEqual(second);
  });

  test('wait for their handlers apart: one that is done leaves the other to the signal of the call', async () => {
    const caller = new AbortController();
    const [left, right] = client({ fetch: createMockMistral({ 'chat.stream': chunks }).fetch })
      .chat.stream(params, { signal: caller.signal })
      .tee();
    let settle = () => {};
    left.on('end', () => new Promise<void>((resolve) => (settle = resolve)));
    right.on('end', () => new Promise<void>(() => undefined));
    const ends = [collect(left), failureOf(collect(right))] as const;
    // By then both wait.
    await setImmediate();
    settle();
    await ends[0];

    caller.abort('enough');

    expect(await ends[1]).toMatchObject({ name: 'AbortError', cause: 'enough' });
  });

  test('are of the same kind, with a whole and handlers of their own', async () => {
    const [left, right] = chat().stream.tee();
    const told: string[] = [];
    right.on('text', (delta) => void told.push(delta));

    expect(left).toBeInstanceOf(CompletionStream);
    expect(await left.finalMessage()).toMatchObject({ content: 'abc' });
    expect(told).toEqual([]);
    expect(await right.text()).toBe('abc');
    expect(told).toEqual(['a', 'b', 'c']);
  });

  test('wait at their end for handlers of their own alone, which end their own branch alone', async () => {
    const fault = new Error('the disk is full');
    const [left, right] = chat().stream.tee();
    left.on('end', async () => {
      throw fault;
    });

    expect(await collect(right)).toEqual(chunks);
    expect(await failureOf(collect(left))).toBe(fault);
  });

  test('can be divided again', async () => {
    const [left, rest] = chat().stream.tee();
    const [middle, right] = rest.tee();

    expect(await Promise.all([collect(left), collect(middle), collect(right)])).toEqual([
      chunks,
      chunks,
      chunks,
    ]);
  });

  test('do not disturb each other when one is left, whether it is ahead or behind', async () => {
    const { stream, mock } = chat();
    const [left, right] = stream.tee();

    expect(await take(left, 2)).toEqual(chunks.slice(0, 2));
    expect(mock.requests[0]!.cancelled).toBe(false);
    expect(await collect(right)).toEqual(chunks);

    const [ahead, behind] = chat().stream.tee();
    const reading = ahead[Symbol.asyncIterator]();
    await reading.next();
    await reading.next();
    expect(await take(behind, 1)).toEqual(chunks.slice(0, 1));
    expect(await reading.next()).toMatchObject({ value: chunks[2] });
  });

  test('end the request when both are left', async () => {
    const { stream, mock } = chat();
    const [left, right] = stream.tee();

    await take(left, 2);
    expect(mock.requests[0]!.cancelled).toBe(false);
    await take(right, 1);

    expect(mock.requests[0]!.cancelled).toBe(true);
  });

  test('end the request when one is left and the other aborted', async () => {
    const { stream, mock } = chat();
    const [left, right] = stream.tee();

    await take(left, 2);
    right.abort('enough');

    expect(mock.requests[0]!.cancelled).toBe(true);
    expect(await failureOf(collect(right))).toMatchObject({ name: 'AbortError', cause: 'enough' });
  });

  test('are aborted one by one, also while it waits', async () => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode(sse(chunks[0]))),
    });
    const [left, right] = client({ fetch: async () => eventStream(body) })
      .chat.stream(params)
      .tee();
    const reading = left[Symbol.asyncIterator]();
    await reading.next();

    const waiting = failureOf(reading.next());
    left.abort('enough');

    expect(await waiting).toMatchObject({ name: 'AbortError', cause: 'enough' });
    expect(await right[Symbol.asyncIterator]().next()).toMatchObject({ value: chunks[0] });
  });

  test('both fail when the one does, after the events before, and so does the whole of each', async () => {
    const [left, right] = client({ fetch: async () => eventStream(bodyOf(sse(chunks[0]))) })
      .chat.stream(params)
      .tee();

    for (const branch of [left, right]) {
      const seen: CompletionChunk[] = [];
      const error = await failureOf(async () => {
        for await (const chunk of branch) seen.push(chunk);
      });
      expect(seen).toEqual([chunks[0]]);
      expect(error).toMatchObject({ name: 'StreamInterruptedError' });
      expect(await failureOf(branch.finalMessage())).toBe(error);
    }
  });

  test('both fail when the one is aborted', async () => {
    const { stream } = chat();
    const [left, right] = stream.tee();

    stream.abort('enough');

    for (const branch of [left, right])
      expect(await failureOf(collect(branch))).toMatchObject({ name: 'AbortError', cause: 'enough' });
  });

  test('leave nothing of the one to read, nor can they be made of one that was read', async () => {
    const { stream } = chat();
    stream.tee();
    expect(await failureOf(collect(stream))).toMatchObject({
      message: expect.stringContaining('was already read'),
    });

    const other = chat().stream;
    await collect(other);
    expect(() => other.tee()).toThrow('Call `tee()` before reading to get two of it');
  });
});
