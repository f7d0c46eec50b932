import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { AbortError } from '../../../src/errors/abort-error.js';
import { RateLimitError } from '../../../src/errors/api-error.js';
import { MistralError } from '../../../src/errors/mistral-error.js';
import { ResponseError } from '../../../src/errors/response-error.js';
import { StreamInterruptedError } from '../../../src/errors/stream-interrupted-error.js';
import { Cancellation } from '../../../src/internal/cancellation.js';
import { linkSignals } from '../../../src/internal/linked-cancellation.js';
import type { StreamEnd } from '../../../src/streaming/event-reader.js';
import { openEvents } from '../../../src/streaming/open-events.js';
import { Stream } from '../../../src/streaming/stream.js';
import { collect } from '../../helpers/collect.js';
import { bodyOf, eventStream, sse } from '../../helpers/event-stream.js';
import { failureOf } from '../../helpers/failure-of.js';
import { answerOf, patient } from '../../helpers/answer-of.js';

type Chunk = { readonly n?: number; readonly type?: string };

const done: StreamEnd = { done: '[DONE]' };
const tagged: StreamEnd = { tag: 'type', terminal: ['done'], error: ['failed'] };

async function open(
  response: Response,
  end: StreamEnd = done,
  cancellation = linkSignals(),
): Promise<Stream<Chunk>> {
  const events = await openEvents<Chunk>(answerOf(response, cancellation), { ...patient, end });
  return new Stream<Chunk>({ cancellation, open: async () => events });
}

/** Takes events until there are no more; gives them with the error that ended the stream. */
async function drain(stream: AsyncIterable<Chunk>): Promise<{ events: Chunk[]; error: unknown }> {
  const events: Chunk[] = [];
  try {
    for await (const event of stream) events.push(event);
  } catch (error) {
    return { events, error };
  }
  return { events, error: undefined };
}

describe('a stream that is complete', () => {
  test('ends at its sentinel, which is no event, and reads nothing after it', async () => {
    const stream = await open(eventStream(sse({ n: 1 }, { n: 2 }, '[DONE]', { n: 3 })));

    expect(await collect(stream)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(stream.controller.signal.aborted).toBe(false);
  });

  test('ends at its terminal event, which is handed out', async () => {
    const stream = await open(
      eventStream(sse({ type: 'delta' }, { type: 'done' }, { type: 'late' })),
      tagged,
    );

    expect(await collect(stream)).toEqual([{ type: 'delta' }, { type: 'done' }]);
    expect(stream.controller.signal.aborted).toBe(false);
  });

  test('of which nothing is known but that it is one ends with its body, or at `[DONE]`', async () => {
    const unknown: StreamEnd = {};

    expect(await collect(await open(eventStream(sse({ n: 1 }, { n: 2 })), unknown))).toHaveLength(2);
    expect(await collect(await open(eventStream(sse({ n: 1 }, '[DONE]', { n: 2 })), unknown))).toEqual([
      { n: 1 },
    ]);
    expect(await collect(await open(eventStream('data: {"n":1}\n\ndata: {"n":2}'), unknown))).toHaveLength(2);
  });

  test('of which nothing is known is cut off when its last event is', async () => {
    const { events, error } = await drain(await open(eventStream('data: {"n":1}\n\ndata: {"n":'), {}));

    expect(events).toEqual([{ n: 1 }]);
    expect(error).toBeInstanceOf(StreamInterruptedError);
  });

  test('was read whole by a loop that stops at the terminal event', async () => {
    const stream = await open(eventStream(sse({ type: 'delta' }, { type: 'done' })), tagged);

    for await (const { type } of stream) if (type === 'done') break;

    expect(stream.controller.signal.aborted).toBe(false);
  });

  test('no longer listens to the signal', async () => {
    const cancellation = linkSignals();
    const release = vi.spyOn(cancellation, 'release');

    await collect(await open(eventStream(sse('[DONE]')), done, cancellation));

    expect(release).toHaveBeenCalledOnce();
  });
});

describe('a stream that is cut off', () => {
  test.each([
    ['before its sentinel', done, sse({ n: 1 }, { n: 2 })],
    ['before its terminal event', tagged, sse({ type: 'delta' }, { type: 'delta' })],
    ['in the middle of an event', done, `${sse({ n: 1 }, { n: 2 })}data: {"n":`],
  ])('%s is an error, after the events that came', async (_, end, text) => {
    const { events, error } = await drain(await open(eventStream(text), end));

    expect(events).toHaveLength(2);
    expect(error).toBeInstanceOf(StreamInterruptedError);
    expect(error).toHaveProperty('eventCount', 2);
  });

  test('by a failing connection tells the failure', async () => {
    const reset = new Error('ECONNRESET');
    let pulls = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (pulls++ === 0) controller.enqueue(new TextEncoder().encode(sse({ n: 1 })));
        else controller.error(reset);
      },
    });

    const { events, error } = await drain(await open(eventStream(body)));

    expect(events).toEqual([{ n: 1 }]);
    expect(error).toBeInstanceOf(StreamInterruptedError);
    expect(error).toMatchObject({ eventCount: 1, cause: reset });
  });

  test('aborts the request', async () => {
    const stream = await open(eventStream(sse({ n: 1 })));

    await drain(stream);

    expect(stream.controller.signal.aborted).toBe(true);
  });
});

describe('an error inside a stream', () => {
  test('is thrown after the events before it, as the class that its status asks for', async () => {
    const text = `${sse({ n: 1 })}event: error\ndata: {"message":"Slow down","code":429}\n\n`;

    const { events, error } = await drain(await open(eventStream(text)));

    expect(events).toEqual([{ n: 1 }]);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toHaveProperty('message', expect.stringContaining('429 Slow down (mistral.chat.stream())'));
  });

  test.each([
    [done, { error: { message: 'Overloaded' } }],
    [done, { object: 'error', message: 'Overloaded' }],
    [tagged, { type: 'failed', message: 'Overloaded' }],
  ])('ends the stream and the request: %j %j', async (end, event) => {
    const stream = await open(eventStream(sse({ n: 1 }, event, '[DONE]')), end);

    const { error } = await drain(stream);

    expect(error).toHaveProperty('message', '500 Overloaded (mistral.chat.stream())');
    expect(stream.controller.signal.aborted).toBe(true);
  });
});

describe('leaving', () => {
  test('a loop early aborts the request, and makes no other signal for it', async () => {
    const source = new Cancellation();
    const request = linkSignals(source);
    const { signal } = request;
    const answer = answerOf(eventStream(sse({ n: 1 }, { n: 2 })), request);
    const events = await openEvents<Chunk>(answer, { ...patient, end: done });
    const controllers = vi.spyOn(globalThis, 'AbortController');
    onTestFinished(() => controllers.mockRestore());

    for await (const _ of new Stream<Chunk>({ cancellation: source, open: async () => events })) break;

    expect([signal.aborted, source.aborted]).toEqual([true, true]);
    expect(signal.reason).toHaveProperty('name', 'AbortError');
    expect(controllers).not.toHaveBeenCalled();
  });

  test('a loop early cancels the body and aborts the request', async () => {
    const cancel = vi.fn();
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(sse({ n: 1 }))),
      cancel,
    });
    const stream = await open(eventStream(body));

    for await (const event of stream) {
      expect(event).toEqual({ n: 1 });
      break;
    }

    expect(cancel).toHaveBeenCalledOnce();
    expect(stream.controller.signal.aborted).toBe(true);
  });

  test('by an exception of the caller does the same, and the exception comes out', async () => {
    const stream = await open(eventStream(sse({ n: 1 }, { n: 2 }, '[DONE]')));
    const fault = new Error('the disk is full');

    const error = await failureOf(async () => {
      for await (const event of stream) if (event.n === 1) throw fault;
    });

    expect(error).toBe(fault);
    expect(stream.controller.signal.aborted).toBe(true);
  });

  test('before the first event aborts the request, too', async () => {
    const stream = await open(eventStream(sse({ n: 1 }, '[DONE]')));

    await stream[Symbol.asyncIterator]().return();

    expect(stream.controller.signal.aborted).toBe(true);
  });
});

describe('an abort', () => {
  test('ends the loop with an error that carries the reason', async () => {
    const leader = new AbortController();
    const cancellation = linkSignals(leader.signal);
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(sse({ n: 1 })));
        cancellation.onAbort(() => controller.error(cancellation.reason));
      },
    });
    const stream = await open(eventStream(body), done, cancellation);

    const error = await failureOf(async () => {
      for await (const event of stream) if (event.n === 1) leader.abort('the user left');
    });

    expect(error).toBeInstanceOf(AbortError);
    expect(error).toHaveProperty('cause', 'the user left');
  });

  test('ends the loop although more events have arrived already', async () => {
    const stream = await open(eventStream(sse({ n: 1 }, { n: 2 }, '[DONE]')));
    const events: Chunk[] = [];

    const error = await failureOf(async () => {
      for await (const event of stream) {
        events.push(event);
        stream.abort('enough');
      }
    });

    expect(events).toEqual([{ n: 1 }]);
    expect(error).toBeInstanceOf(AbortError);
    expect(error).toHaveProperty('cause', 'enough');
  });

  test('before the loop leaves nothing to read', async () => {
    const stream = await open(eventStream(sse({ n: 1 }, '[DONE]')));

    stream.abort('changed my mind');

    const { events, error } = await drain(stream);
    expect(events).toEqual([]);
    expect(error).toBeInstanceOf(AbortError);
  });
});

test('a stream is read once, and says so the second time', async () => {
  const stream = await open(eventStream(sse({ n: 1 }, '[DONE]')));
  await collect(stream);

  const error = await failureOf(() => collect(stream));

  expect(MistralError.isInstance(error)).toBe(true);
  expect(error).toHaveProperty('message', expect.stringContaining('was already read'));
});

describe('an answer that is no event stream', () => {
  test('is an error with its beginning', async () => {
    const response = Response.json({ id: 'cmpl-1' }, { status: 200 });

    const error = await failureOf(open(response));

    expect(error).toBeInstanceOf(ResponseError);
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^Expected an event stream, got application\/json \(mistral\.chat\.stream\(\)\) \(status 200, /,
      ),
      contentType: 'application/json',
      excerpt: '{"id":"cmpl-1"}',
    });
  });

  test('is also one without a body', async () => {
    expect(await failureOf(open(eventStream(null)))).toBeInstanceOf(ResponseError);
  });

  test('is also one of no type', async () => {
    expect(await failureOf(open(new Response(bodyOf(sse('[DONE]')))))).toBeInstanceOf(ResponseError);
  });

  test('is told by its type and nothing more', async () => {
    const response = new Response(sse('[DONE]'), {
      headers: { 'content-type': 'TEXT/Event-Stream; charset=utf-8' },
    });

    expect(await collect(await open(response))).toEqual([]);
  });
});
