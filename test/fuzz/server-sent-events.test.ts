import fc from 'fast-check';
import { expect, test } from 'vitest';

import { ServerSentEventDecoder, type ServerSentEvent } from '../../src/streaming/server-sent-events.js';
import { eventsByTheStandard } from '../helpers/event-stream-standard.js';

const value = fc.string({
  unit: fc.constantFrom('é', '🗼', 'a', ' ', ':', '\0', '\ufeff', '\u2028'),
  maxLength: 4,
});
const field = fc.constantFrom(
  'data',
  'data',
  'data',
  'event',
  'id',
  'retry',
  'idle',
  '',
  '\ufeffdata',
  ' data',
);
const line = fc.oneof(
  fc.tuple(field, value).map(([name, text]) => `${name}:${text}`),
  field,
  fc.constant(''),
  fc.constant(''),
);
const ending = fc.constantFrom('\n', '\r', '\r\n');
const text = fc
  .tuple(fc.array(fc.tuple(line, ending)), fc.option(line, { nil: '' }))
  .map(([lines, rest]) => [...lines.flat(), rest].join(''));

test('G1 any stream, cut anywhere, has the events that the standard says', () => {
  fc.assert(
    fc.property(text, fc.array(fc.nat()), (stream, cuts) => {
      const bytes = new TextEncoder().encode(stream);
      const events: ServerSentEvent[] = [];
      const onMessage = (event: ServerSentEvent) => events.push(event);
      const decoder = new ServerSentEventDecoder({ maxEventBytes: 1000, onMessage });

      for (const piece of cut(bytes, cuts)) decoder.decode(piece);

      expect(events).toEqual(eventsByTheStandard(bytes));
    }),
    { numRuns: 2000 },
  );
});

/** Some of the pieces are empty, and some end inside a character. */
function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((place) => place % (bytes.length + 1)), bytes.length].toSorted(
    (a, b) => a - b,
  );
  return places.slice(1).map((end, index) => bytes.slice(places[index], end));
}
