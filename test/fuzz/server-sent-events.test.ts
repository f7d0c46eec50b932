import fc from 'fast-check';
import { expect, test } from 'vitest';

import { decodeServerSentEvents, type ServerSentEvent } from '../../src/streaming/server-sent-events.js';
import { collect } from '../helpers/collect.js';

const line = fc.oneof(
  fc.string({ unit: fc.constantFrom('é', '🗼', 'a', ' ', ':') }).map((data) => `data:${data}`),
  fc.constantFrom('event: greeting', 'id: 1', ': a comment', 'data', 'retry: 5', '', ''),
);
const ending = fc.constantFrom('\n', '\r', '\r\n');
const text = fc.array(fc.tuple(line, ending).map((parts) => parts.join(''))).map((lines) => lines.join(''));

test('what is read does not depend on where the network cuts the bytes', async () => {
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat()), async (stream, cuts) => {
      expect(await decode(cut(stream, cuts))).toEqual(await decode(cut(stream, [])));
    }),
  );
});

const decode = (chunks: readonly Uint8Array[]): Promise<ServerSentEvent[]> =>
  collect(
    decodeServerSentEvents(
      new ReadableStream({
        start(controller) {
          for (const chunk of chunks) controller.enqueue(chunk);
          controller.close();
        },
      }),
    ),
  );

/** The bytes of a text in pieces; some of them are empty, and some end inside a character. */
function cut(stream: string, cuts: readonly number[]): Uint8Array[] {
  const bytes = new TextEncoder().encode(stream);
  const places = [0, ...cuts.map((place) => place % (bytes.length + 1)), bytes.length].toSorted(
    (a, b) => a - b,
  );
  return places.slice(1).map((end, index) => bytes.slice(places[index], end));
}
