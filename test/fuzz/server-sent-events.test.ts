import fc from 'fast-check';
import { expect, test } from 'vitest';

import { decodeServerSentEvents, type ServerSentEvent } from '../../src/streaming/server-sent-events.js';
import { collect } from '../helpers/collect.js';

const text = fc.string({
  unit: fc.constantFrom('data:', 'event:', 'id:', ':', ' ', 'a', 'é', '🗼', '\r', '\n', '\r\n', '\n\n'),
  maxLength: 60,
});

test('what is read does not depend on where the network cuts the bytes', async () => {
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat(200), { maxLength: 12 }), async (stream, cuts) => {
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
  const places = [0, ...cuts.map((place) => Math.min(place, bytes.length)), bytes.length].toSorted(
    (a, b) => a - b,
  );
  return places.slice(1).map((end, index) => bytes.slice(places[index], end));
}
