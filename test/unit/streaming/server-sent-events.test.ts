import { describe, expect, test } from 'vitest';

import { decodeServerSentEvents, type ServerSentEvent } from '../../../src/streaming/server-sent-events.js';
import { collect } from '../../helpers/collect.js';
import { bodyOf } from '../../helpers/event-stream.js';

const decode = (...chunks: (string | Uint8Array)[]) => collect(decodeServerSentEvents(bodyOf(...chunks)));
const dataOf = (events: readonly ServerSentEvent[]) => events.map(({ data }) => data);

const text = [
  ': keep-alive',
  'event: message',
  'id: 1',
  'data: {"text":"Être 👍"}',
  '',
  'data: first line',
  'data:second line',
  '',
  'event: error',
  'data: {}',
  '',
  'data: [DONE]',
  '',
  '',
].join('\n');

const expected = [
  { event: 'message', id: '1', data: '{"text":"Être 👍"}' },
  { event: undefined, id: undefined, data: 'first line\nsecond line' },
  { event: 'error', id: undefined, data: '{}' },
  { event: undefined, id: undefined, data: '[DONE]' },
];

describe.each([
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
])('lines that end in %s', (_, ending) => {
  const bytes = new TextEncoder().encode(text.replaceAll('\n', ending));

  test('are read the same wherever the network cuts them in two', async () => {
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(await decode(bytes.slice(0, cut), bytes.slice(cut)), `cut at ${cut}`).toEqual(expected);
    }
  });

  test('are read the same byte by byte', async () => {
    expect(await decode(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(expected);
  });
});

test('one blank after the colon is no part of the data', async () => {
  expect(dataOf(await decode('data:  two\n\ndata:none\n\n'))).toEqual([' two', 'none']);
});

test('a byte order mark is skipped, even one that is cut', async () => {
  expect(dataOf(await decode(Uint8Array.of(0xef), Uint8Array.of(0xbb, 0xbf), 'data: a\n\n'))).toEqual(['a']);
});

test('an event without data is none', async () => {
  expect(await decode('event: ping\n\n: comment\n\ndata: a\n\n')).toHaveLength(1);
});

test('an event that the server never finished is dropped', async () => {
  expect(dataOf(await decode('data: whole\n\ndata: {"text":"ha'))).toEqual(['whole']);
});

test('an empty body has no events', async () => {
  expect(await decode()).toEqual([]);
  expect(await decode('')).toEqual([]);
});

test('a large event in many small chunks arrives whole', async () => {
  const large = 'x'.repeat(1_000_000);
  const chunks = `data: ${large}\n\n`.match(/[^]{1,100}/g)!;

  expect(dataOf(await decode(...chunks))).toEqual([large]);
});

describe('the body', () => {
  /** Gives one event a pull, and writes down what is done to it. */
  function endless() {
    const seen = { pulls: 0, cancelled: false };
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          seen.pulls += 1;
          controller.enqueue(new TextEncoder().encode(`data: ${seen.pulls}\n\n`));
        },
        cancel() {
          seen.cancelled = true;
        },
      },
      { highWaterMark: 0 },
    );
    return { body, seen };
  }

  test('is read as the events are taken, not ahead', async () => {
    const { body, seen } = endless();
    const events = decodeServerSentEvents(body);

    await events.next();
    await events.next();

    expect(seen).toEqual({ pulls: 2, cancelled: false });
  });

  test('is cancelled when the reader leaves early', async () => {
    const { body, seen } = endless();

    for await (const { data } of decodeServerSentEvents(body)) if (data === '3') break;

    expect(seen).toEqual({ pulls: 3, cancelled: true });
    expect(body.locked).toBe(false);
  });

  test('that fails hands on its failure', async () => {
    const fault = new Error('reset');
    let pulls = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (pulls++ === 0) controller.enqueue(new TextEncoder().encode('data: 1\n\n'));
        else controller.error(fault);
      },
    });
    const events = decodeServerSentEvents(body);

    expect(await events.next()).toMatchObject({ value: { data: '1' } });
    await expect(events.next()).rejects.toBe(fault);
  });

  test('is free again once it was read to its end', async () => {
    const body = bodyOf('data: 1\n\n');

    await collect(decodeServerSentEvents(body));

    expect(body.locked).toBe(false);
  });
});
