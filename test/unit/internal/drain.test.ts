import { getEventListeners } from 'node:events';

import { expect, test } from 'vitest';

import { drain } from '../../../src/internal/drain.js';
import { bodyOf } from '../../helpers/event-stream.js';

const { signal } = new AbortController();
const bytes = (...values: readonly number[]) => new Uint8Array(values);
/** The first byte of two that are an é. */
const half = bytes(0xc3);

/** A body that breaks off after these chunks. */
function broken(...chunks: readonly unknown[]): Response {
  const waiting = [...chunks];
  const body = new ReadableStream({
    pull(controller) {
      if (waiting.length === 0) throw new Error('cut off');
      controller.enqueue(waiting.shift());
    },
  });
  return new Response(body);
}

test.each<[string, (string | Uint8Array)[], string]>([
  ['in one piece', ['é'], 'é'],
  ['in pieces that are cut inside a character', ['a', half, bytes(0xa9), 'b'], 'aéb'],
  ['in no piece', [], ''],
])('a body that comes %s is its text', async (_, chunks, text) => {
  expect(await drain(new Response(bodyOf(...chunks)), signal, Infinity)).toEqual({
    text,
    end: { kind: 'whole' },
  });
});

test.each([
  ['whole', new Response(bodyOf(half)), '\ufffd', 'whole'],
  ['broken off', broken(bytes(0x61), half), 'a', 'failed'],
])('half of a character at the end of a body that is %s', async (_, response, text, kind) => {
  expect(await drain(response, signal, Infinity)).toMatchObject({ text, end: { kind } });
});

test('a body above the limit is left, with what came before', async () => {
  expect(await drain(new Response(bodyOf('abc', 'def')), signal, 5)).toEqual({
    text: 'abc',
    end: { kind: 'too large' },
  });
});

test('a body that does not give bytes has failed, with what came before', async () => {
  const { text, end } = await drain(broken(bytes(0x61), 'text'), signal, Infinity);

  expect(text).toBe('a');
  expect(end).toMatchObject({ kind: 'failed', cause: expect.any(TypeError) });
});

test('nothing is left of the reading: neither a lock on the body nor a listener', async () => {
  const response = new Response(bodyOf('abc'));

  await drain(response, signal, Infinity);

  expect(response.body?.locked).toBe(false);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
