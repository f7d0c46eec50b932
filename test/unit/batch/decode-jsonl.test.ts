import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { describe, expect, test, vi } from 'vitest';

import { ArgumentError } from '../../../src/errors/argument-error.js';
import { ConnectionError } from '../../../src/errors/connection-error.js';
import { MistralError } from '../../../src/errors/mistral-error.js';
import { decodeJsonl, JsonlError, type JsonlSource } from '../../../src/batch/index.js';
import { LineSplitter } from '../../../src/batch/line-splitter.js';
import { client } from '../../helpers/api.js';
import { collect } from '../../helpers/collect.js';
import { bodyOf } from '../../helpers/event-stream.js';
import { failureOf } from '../../helpers/failure-of.js';
import { createMockMistral } from '../../../src/testing/index.js';

const text = '{"a":"é"}\r\n\n  \n[1,2]\n"𝄞"\nnull\n3';
const values = [{ a: 'é' }, [1, 2], '𝄞', null, 3];
const bytes = new TextEncoder().encode(text);

async function* chunks(...pieces: readonly (Uint8Array | string)[]) {
  yield* pieces;
}

describe('decodeJsonl', () => {
  test.each<[string, () => JsonlSource | Promise<Response>]>([
    ['text', () => text],
    ['a Blob', () => new Blob([text])],
    ['a Response', () => new Response(text)],
    ['the promise of a Response', () => Promise.resolve(new Response(text))],
    ['a stream', () => bodyOf(text)],
    ['an iterable of bytes', () => chunks(bytes)],
    ['an iterable of text', () => chunks(text.slice(0, 9), text.slice(9))],
  ])('reads %s', async (_, source) => {
    expect(await collect(decodeJsonl(source()))).toEqual(values);
  });

  test('reads the same wherever the bytes are cut', async () => {
    for (let cut = 0; cut <= bytes.length; cut += 1)
      expect(await collect(decodeJsonl(chunks(bytes.slice(0, cut), bytes.slice(cut))))).toEqual(values);
    const single = [...bytes].map((byte) => Uint8Array.of(byte));
    expect(await collect(decodeJsonl(chunks(...single)))).toEqual(values);
  });

  test.each(['', '\n', '\r\n\r\n'])('finds nothing in %j', async (nothing) => {
    expect(await collect(decodeJsonl(nothing))).toEqual([]);
  });

  test('finds nothing in a response without a body', async () => {
    expect(await collect(decodeJsonl(new Response(null)))).toEqual([]);
  });

  test('reads a download', async () => {
    const mock = createMockMistral({ 'files.download': '{"custom_id":"1"}\n' });
    const mistral = client({ fetch: mock.fetch });
    const file_id = '497f6eca-6276-4993-bfeb-53cbbbba6f09';

    expect(await collect(decodeJsonl(mistral.files.download({ file_id })))).toEqual([{ custom_id: '1' }]);
  });

  test('ends at a line that is not JSON, with its number and after the lines before it', async () => {
    const read: unknown[] = [];
    const { body, cancelled } = cancellable('1\n\n2\n{"a":\n3\n');
    const error = await failureOf(async () => {
      for await (const value of decodeJsonl(body)) read.push(value);
    });

    expect(read).toEqual([1, 2]);
    expect(error).toBeInstanceOf(JsonlError);
    expect(error).toBeInstanceOf(MistralError);
    expect(error).toMatchObject({ lineNumber: 4, message: 'Line 4 is not JSON', retryable: false });
    expect((error as JsonlError).cause).toBeInstanceOf(SyntaxError);
    expect(cancelled).toHaveBeenCalledOnce();
  });

  test('tells of such a line and goes on, if somebody listens', async () => {
    const onBadLine = vi.fn();

    expect(await collect(decodeJsonl('1\nno\n2\n{', { onBadLine }))).toEqual([1, 2]);
    expect(onBadLine.mock.calls.map(([error]) => (error as JsonlError).lineNumber)).toEqual([2, 4]);
  });

  test('holds no more of a line than is allowed, and finds the next one', async () => {
    const onBadLine = vi.fn();
    const long = `"${'x'.repeat(20)}"`;

    const read = await collect(
      decodeJsonl(chunks('1\n"xxx', 'xxxxxxx', 'xx"\n', `${long}\n2`), { maxLineBytes: 6, onBadLine }),
    );
    expect(read).toEqual([1, 2]);
    expect(onBadLine.mock.calls.map(([error]) => (error as Error).message)).toEqual([
      'Line 2 is longer than `maxLineBytes`, which is 6',
      'Line 3 is longer than `maxLineBytes`, which is 6',
    ]);
    await expect(collect(decodeJsonl(long, { maxLineBytes: 6 }))).rejects.toThrow(JsonlError);
    expect(await collect(decodeJsonl('"1234"', { maxLineBytes: 6 }))).toEqual(['1234']);
  });

  test('lets go of the source when the loop is left', async () => {
    const { body, cancelled } = cancellable('1\n2\n');
    const leave = vi.fn();
    async function* source() {
      try {
        yield bytes;
        yield bytes;
      } finally {
        leave();
      }
    }

    for await (const _ of decodeJsonl(body)) break;
    for await (const _ of decodeJsonl(source())) break;
    expect(cancelled).toHaveBeenCalledOnce();
    expect(leave).toHaveBeenCalledOnce();
  });

  test('fails as its source does, after what had arrived', async () => {
    const cut = new ConnectionError('cut off');
    const read: unknown[] = [];
    async function* source() {
      yield '1\n2';
      throw cut;
    }

    const error = await failureOf(async () => {
      for await (const value of decodeJsonl(source())) read.push(value);
    });
    expect(error).toBe(cut);
    expect(read).toEqual([1]);
  });

  test('fails as the call does that it is given', async () => {
    const call = Promise.reject(new ConnectionError('refused'));

    await expect(collect(decodeJsonl(call))).rejects.toThrow('refused');
  });

  test.each<[string, unknown, object?]>([
    ['pass a Response', 5],
    ['pass a Response', undefined],
    ['pass a Response', [1]],
    ['must give bytes', bodyOfNumbers()],
    ['was read already', readAlready()],
    ['maxLineBytes', '1', { maxLineBytes: 0 }],
  ])('refuses what it cannot read: %s', async (problem, source, options) => {
    const error = await failureOf(collect(decodeJsonl((await source) as string, options)));

    expect(error).toBeInstanceOf(ArgumentError);
    expect((error as Error).message).toContain(problem);
  });
});

test('lines take time that is linear in their length, whatever the pieces', () => {
  const splitter = new LineSplitter(Infinity);
  let joined = 0;
  const join = vi.spyOn(Array.prototype, 'join').mockImplementation(function (this: string[]) {
    joined += this.length;
    return '';
  });
  for (let piece = 0; piece < 1000; piece += 1) splitter.push('x');
  splitter.push('\n');
  join.mockRestore();

  expect(joined).toBe(1000);
});

test('of a line that is too long, nothing is kept', () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const splitter = new LineSplitter(1000);
  gc();
  const before = process.memoryUsage().heapUsed;
  for (let piece = 0; piece < 100; piece += 1)
    splitter.push(
      String(piece % 10)
        .repeat(500_000)
        .toUpperCase(),
    );
  gc();

  expect(process.memoryUsage().heapUsed - before).toBeLessThan(10_000_000);
  expect(splitter.push('\n')).toEqual([{ number: 1, text: undefined }]);
});

function cancellable(content: string) {
  const cancelled = vi.fn();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(content)),
    cancel: cancelled,
  });
  return { body, cancelled };
}

function bodyOfNumbers() {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(5);
      controller.close();
    },
  });
}

async function readAlready() {
  const response = new Response('1');
  await response.text();
  return response;
}

test('a mark of the byte order is no part of the first line, in text as in bytes', async () => {
  async function* parts() {
    yield '';
    yield '\uFEFF{"a":';
    yield '1}\n{"b":"\uFEFF"}';
  }
  const expected = [{ a: 1 }, { b: '\uFEFF' }];

  expect(await collect(decodeJsonl('\uFEFF{"a":1}\n{"b":"\uFEFF"}'))).toEqual(expected);
  expect(await collect(decodeJsonl(parts()))).toEqual(expected);
  expect(await collect(decodeJsonl(new Blob(['\uFEFF{"a":1}\n{"b":"\uFEFF"}'])))).toEqual(expected);
});
