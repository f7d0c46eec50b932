import { Readable } from 'node:stream';

import { describe, expect, test } from 'vitest';

import { ArgumentError } from '../../../src/index.js';
import { transcribeStream, type AudioSource } from '../../../src/realtime/node.js';
import { collect } from '../../helpers/collect.js';
import { failureOf } from '../../helpers/failure-of.js';
import { accessTo } from '../../helpers/realtime-access.js';
import { audioIn, serveRealtime, type RealtimeServerOptions } from '../../helpers/realtime-server.js';
import { untilStill } from '../../helpers/until-still.js';

const model = 'voxtral-realtime';
const audio = new Uint8Array(10_001 * 2).map((_, index) => index);
const pieces = [
  audio.subarray(0, 3),
  audio.subarray(3, 3),
  audio.subarray(3, 10_000),
  audio.subarray(10_000),
];

async function* generated() {
  yield* pieces;
}

test.each<[string, () => AudioSource]>([
  ['an async generator', generated],
  ['a Node stream', () => Readable.from(pieces.map((piece) => Buffer.from(piece)))],
  ['a web stream', () => Readable.toWeb(Readable.from(pieces)) as ReadableStream<Uint8Array>],
])('%s is transcribed to its end', async (_, source) => {
  const server = await serveRealtime();

  const live = transcribeStream(accessTo(server.origin), source(), { model });

  expect(await collect(live.text())).not.toEqual([]);
  expect((await live.result()).language).toBe('fr');
  expect(audioIn(server.sessions[0]!).equals(audio)).toBe(true);
});

describe('a source', () => {
  const cause = new Error('the microphone is gone');

  test.each<[string, () => AudioSource]>([
    [
      'a generator',
      async function* () {
        yield audio;
        throw cause;
      },
    ],
    [
      'a Node stream',
      () => {
        const stream = new Readable({ read: () => {} });
        stream.push(audio);
        setImmediate(() => stream.destroy(cause));
        return stream;
      },
    ],
    ['a web stream', () => new ReadableStream({ start: (controller) => controller.error(cause) })],
  ])('that fails, as %s, ends the session with its error', async (_, source) => {
    const server = await serveRealtime();
    const live = transcribeStream(accessTo(server.origin), source(), { model });

    expect(await failureOf(collect(live))).toBe(cause);
    expect(await failureOf(live.result())).toBe(cause);
  });

  test('of something else than bytes ends the session with what is wrong', async () => {
    const server = await serveRealtime();
    const text = Readable.from(['text']) as unknown as AudioSource;
    const live = transcribeStream(accessTo(server.origin), text, { model });

    expect(await failureOf(live.result())).toBeInstanceOf(ArgumentError);
  });

  test('is not touched if an option is wrong', () => {
    const stream = new ReadableStream<Uint8Array>();

    expect(() => transcribeStream(accessTo('http://127.0.0.1:1'), stream, { model: '' })).toThrow(
      ArgumentError,
    );
    expect(stream.locked).toBe(false);
  });

  test('that is read by somebody else fails the session', async () => {
    const server = await serveRealtime();
    const stream = new ReadableStream<Uint8Array>();
    stream.getReader();

    const live = transcribeStream(accessTo(server.origin), stream, { model });

    expect(String(await failureOf(live.result()))).toContain('locked');
  });

  test('that is none is refused at once', () => {
    expect(() => transcribeStream(accessTo('http://127.0.0.1:1'), audio as never, { model })).toThrow(
      'transcribeLive()',
    );
    expect(() => transcribeStream(accessTo('http://127.0.0.1:1'), undefined as never, { model })).toThrow(
      ArgumentError,
    );
  });

  test.each<[string, RealtimeServerOptions, string]>([
    [
      'the server leaves',
      {
        onMessage: ({ type }, { socket }, usual) =>
          type === 'input_audio.append' ? socket.close(1011) : usual(),
      },
      'SocketClosedError',
    ],
    ['the session is refused', { refusals: [{ status: 401 }] }, 'AuthenticationError'],
  ])('that is silent is closed when %s', async (_, options, name) => {
    const server = await serveRealtime(options);
    let closed: () => void;
    const closing = new Promise<void>((resolve) => (closed = resolve));
    const source: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]() {
        let first = true;
        return {
          next: async () => {
            if (!first) return new Promise<never>(() => {});
            first = false;
            return { done: false, value: new Uint8Array(2) };
          },
          return: async () => {
            closed();
            return { done: true, value: undefined };
          },
        };
      },
    };

    const live = transcribeStream(accessTo(server.origin), source, { model });

    expect(await failureOf(live.result())).toMatchObject({ name });
    await closing;
  });

  test('is closed when the loop over the events is left', async () => {
    const server = await serveRealtime();
    let cancelled: () => void;
    const cancelling = new Promise<void>((resolve) => (cancelled = resolve));
    const source = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        await new Promise(setImmediate);
        controller.enqueue(new Uint8Array(640));
      },
      cancel: () => cancelled(),
    });

    const live = transcribeStream(accessTo(server.origin), source, { model });
    for await (const text of live.text()) if (text === 'w3 ') break;

    await cancelling;
    expect(live.partial.text).toMatch(/^w1 w2 w3 /);
  });

  test('is read no faster than the network takes it', async () => {
    const server = await serveRealtime({
      onMessage: ({ type }, { socket }, usual) => (type === 'input_audio.append' ? socket.pause() : usual()),
    });
    let read = 0;
    async function* endless() {
      for (;;) {
        read += 1;
        yield new Uint8Array(65_536).fill(read);
      }
    }
    const live = transcribeStream(accessTo(server.origin), endless(), { model });
    await untilStill(() => read);

    expect(read).toBeLessThan(1_000);
    live.abort();
    await failureOf(live.result());
  });
});
