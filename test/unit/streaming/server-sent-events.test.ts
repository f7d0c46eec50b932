import { describe, expect, test, vi } from 'vitest';

import {
  EventTooLarge,
  ServerSentEventDecoder,
  type DecoderOptions,
  type ServerSentEvent,
} from '../../../src/streaming/server-sent-events.js';
import { eventsByTheStandard } from '../../helpers/event-stream-standard.js';

const encoder = new TextEncoder();

function decode(chunks: readonly (string | Uint8Array)[], options: Partial<DecoderOptions> = {}) {
  const events: ServerSentEvent[] = [];
  const onMessage = (event: ServerSentEvent) => events.push(event);
  const decoder = new ServerSentEventDecoder({ maxEventBytes: Infinity, onMessage, ...options });
  for (const chunk of chunks) decoder.decode(typeof chunk === 'string' ? encoder.encode(chunk) : chunk);
  return events;
}

const dataOf = (events: readonly ServerSentEvent[]) => events.map(({ data }) => data);
const byteByByte = (bytes: Uint8Array) => Array.from(bytes, (byte) => Uint8Array.of(byte));

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
  { event: undefined, id: '1', data: 'first line\nsecond line' },
  { event: 'error', id: '1', data: '{}' },
  { event: undefined, id: '1', data: '[DONE]' },
];

describe.each([
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
])('G1 lines that end in %s', (_, ending) => {
  const bytes = encoder.encode(text.replaceAll('\n', ending));

  test('are read the same wherever the network cuts them in two', () => {
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(decode([bytes.slice(0, cut), bytes.slice(cut)]), `cut at ${cut}`).toEqual(expected);
    }
  });

  test('are read the same byte by byte', () => {
    expect(decode(byteByByte(bytes))).toEqual(expected);
  });
});

/** What the standard says of each: the events' data, types and ids. */
const vectors: readonly [string, string, readonly (readonly [string, string?, string?])[]][] = [
  ['an event', 'data: a\n\n', [['a']]],
  ['an event without data', 'event: ping\n\ndata: a\n\n', [['a']]],
  ['an event whose data is empty', 'data\n\ndata:\n\ndata: \n\n', [[''], [''], ['']]],
  ['two empty lines of data', 'data\ndata\n\n', [['\n']]],
  ['data in several lines', 'data: a\ndata:b\ndata\n\n', [['a\nb\n']]],
  ['one blank after the colon, which is no part', 'data:  a\n\ndata:a\n\n', [[' a'], ['a']]],
  ['a colon in the data', 'data: a:b: c\n\n', [['a:b: c']]],
  ['comments', ':\n: a\n:data: b\ndata: c\n\n', [['c']]],
  ['a field that nobody knows', 'date: a\nDATA: b\n data: c\ndata : d\ndatax: e\n\ndata: f\n\n', [['f']]],
  ['types', 'event: a\ndata: 1\n\ndata: 2\n\n', [['1', 'a'], ['2']]],
  ['a type given twice', 'event: a\nevent: b\ndata: 1\n\n', [['1', 'b']]],
  ['a type taken back', 'event: a\nevent\ndata: 1\n\nevent: a\nevent:\ndata: 2\n\n', [['1'], ['2']]],
  ['a type of a block without data', 'event: a\n\ndata: 1\n\n', [['1']]],
  ['a retry, valid or not', 'retry: 5\nretry: x\nretry\ndata: a\n\nretry: 7\n\n', [['a']]],
  [
    'an id, which holds for what follows',
    'id: 1\ndata: a\n\ndata: b\n\n',
    [
      ['a', undefined, '1'],
      ['b', undefined, '1'],
    ],
  ],
  ['an id after the data', 'data: a\nid: 1\n\n', [['a', undefined, '1']]],
  ['the id of a block without data', 'id: 1\n\ndata: a\n\n', [['a', undefined, '1']]],
  [
    'an id that is taken back',
    'id: 1\ndata: a\n\nid\ndata: b\n\nid: 2\n\nid:\ndata: c\n\n',
    [
      ['a', undefined, '1'],
      ['b', undefined, ''],
      ['c', undefined, ''],
    ],
  ],
  [
    'an id with a NUL, which is none',
    'id: 1\ndata: a\n\nid: 2\0\ndata: b\n\nid: \0\n\ndata: c\n\n',
    [
      ['a', undefined, '1'],
      ['b', undefined, '1'],
      ['c', undefined, '1'],
    ],
  ],
  ['an id with blanks', 'id:  1 \ndata: a\n\n', [['a', undefined, ' 1 ']]],
  ['what only begins like an id', 'idle: 1\nid : 2\nids\ndata: a\n\n', [['a']]],
  ['a NUL in data', 'data: a\0b\n\n', [['a\0b']]],
  ['a CR at the very end', 'data: a\r\r', [['a']]],
  ['a CR, then an LF, then nothing', 'data: a\r\n\r\n', [['a']]],
  ['all three line ends', 'data: a\r\ndata: b\ndata: c\r\r\ndata: d\n\r', [['a\nb\nc'], ['d']]],
  ['LF CR, which are two ends', 'data: a\n\rdata: b\n\r', [['a'], ['b']]],
  [
    'other characters that some take for line ends',
    'data: a\u2028b\u0085c\u000bd\n\n',
    [['a\u2028b\u0085c\u000bd']],
  ],
  ['a byte order mark', '\ufeffdata: a\n\n', [['a']]],
  ['a second byte order mark, which is part of the name', '\ufeff\ufeffdata: a\n\n', []],
  ['a byte order mark in the middle', 'data: a\n\n\ufeffdata: b\n\n', [['a']]],
  ['letters that look like the bytes of one', '\u00ef\u00bb\u00bfdata: a\n\n', []],
  ['characters of one to four bytes', 'data: aé€👍\n\n', [['aé€👍']]],
  ['an event that was never finished', 'data: a\n\ndata: b\n', [['a']]],
  ['a line that was never finished', 'data: a\n\ndata: b', [['a']]],
  ['blank lines alone', '\n\r\r\n\n', []],
  ['nothing', '', []],
];

describe('G1 by the standard,', () => {
  test.each(vectors)('%s', (_, stream, wanted) => {
    const bytes = encoder.encode(stream);
    const events = wanted.map(([data, event, id]) => ({ data, event, id }));

    expect(eventsByTheStandard(bytes)).toEqual(events);
    expect(decode([bytes])).toEqual(events);
    expect(decode(byteByByte(bytes))).toEqual(events);
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(decode([bytes.slice(0, cut), bytes.slice(cut)]), `cut at ${cut}`).toEqual(events);
    }
  });

  test('bytes that are no UTF-8 become replacement characters', () => {
    const bytes = Uint8Array.of(...encoder.encode('data: a'), 0xff, 0xe2, 0x82, ...encoder.encode('b\n\n'));

    expect(dataOf(decode([bytes]))).toEqual(['a\ufffd\ufffdb']);
    expect(decode(byteByByte(bytes))).toEqual(eventsByTheStandard(bytes));
  });
});

test('an event is there as soon as its last line end is, also when that is a CR', () => {
  expect(dataOf(decode(['data: a\r', '\r']))).toEqual(['a']);
});

test('the last id is known, also that of a block without data', () => {
  const decoder = new ServerSentEventDecoder({ maxEventBytes: Infinity, onMessage: vi.fn() });

  decoder.decode(encoder.encode('data: a\n\n'));
  expect(decoder.lastEventId).toBeUndefined();
  decoder.decode(encoder.encode('id: 7'));
  decoder.decode(encoder.encode('\n'));
  expect(decoder.lastEventId).toBeUndefined();
  decoder.decode(encoder.encode('\n'));
  expect(decoder.lastEventId).toBe('7');
});

test('all that arrives can be observed, comments in their place', () => {
  const onEvent = vi.fn();

  decode([': keep', '-alive\n\nid: 1\ndata: a\n\n:\n'], { onEvent });

  expect(onEvent.mock.calls.flat()).toEqual([
    { kind: 'comment', comment: 'keep-alive' },
    { kind: 'event', data: 'a', id: '1', event: undefined },
    { kind: 'comment', comment: '' },
  ]);
});

test('what was never finished can be asked for', () => {
  const events: ServerSentEvent[] = [];
  const onMessage = (event: ServerSentEvent) => events.push(event);
  const decoder = new ServerSentEventDecoder({ maxEventBytes: Infinity, onMessage });

  decoder.decode(encoder.encode('data: a\n\ndata: [DO'));
  decoder.decode(encoder.encode('NE]'));

  expect(dataOf(events)).toEqual(['a']);
  expect(decoder.unfinished()?.data).toBe('[DONE]');
  expect(decoder.unfinished()).toBeUndefined();
});

describe('G2 the work grows with the bytes, and not faster:', () => {
  test('a large event in many small chunks arrives whole', () => {
    const large = 'x'.repeat(4_000_000);

    expect(dataOf(decode(`data: ${large}\n\n`.match(/[^]{1,100}/g)!))).toEqual([large]);
  });

  test.each([
    ['LF alone', (lines: number) => 'data: a\n\n'.repeat(lines)],
    ['CR alone', (lines: number) => 'data: a\r\r'.repeat(lines)],
    ['one CR at the end of many LF', (lines: number) => `${'data: a\n\n'.repeat(lines)}\r`],
    ['one LF at the end of many CR', (lines: number) => `${'data: a\r\r'.repeat(lines)}\n`],
    ['ids', (lines: number) => 'id: 1\ndata: a\n\n'.repeat(lines)],
  ])('%s, in one chunk of megabytes', (_, stream) => {
    expect(decode([stream(300_000)])).toHaveLength(300_000);
  });

  test('a line of data for each chunk', () => {
    const lines = Array<string>(100_000).fill('data: a\n');

    expect(decode([...lines, '\n'])[0]?.data).toHaveLength(199_999);
  });
});

describe('G3 a limit', () => {
  const limit = { maxEventBytes: 100 };
  const fits = `data: ${'x'.repeat(94)}\n\n`;
  const cuts = (stream: string) => [[stream], [stream.slice(0, 50), stream.slice(50)], [...stream]];

  test('lets through what fits exactly, whatever the chunking', () => {
    for (const chunks of cuts(fits.repeat(3))) expect(decode(chunks, limit)).toHaveLength(3);
    for (const chunks of cuts(`${`data: ${'x'.repeat(49)}\n`.repeat(2)}data\n\n`))
      expect(decode(chunks, limit)[0]?.data).toHaveLength(100);
  });

  test.each([
    ['a line', `data: ${'x'.repeat(95)}\n\n`],
    ['a comment', `:${'x'.repeat(100)}\n`],
    ['a line without an end', 'x'.repeat(101)],
    ['the data of an event', `${`data: ${'x'.repeat(50)}\n`.repeat(2)}\n`],
    ['data without an end', `data: ${'x'.repeat(50)}\n`.repeat(2)],
  ])('refuses %s that is longer, whatever the chunking, after the events before it', (_, stream) => {
    for (const chunks of cuts(fits + stream)) {
      const events: ServerSentEvent[] = [];
      const onMessage = (event: ServerSentEvent) => events.push(event);

      expect(() => decode(chunks, { ...limit, onMessage })).toThrow(EventTooLarge);
      expect(events).toHaveLength(1);
    }
  });

  test('does not add up what is not kept', () => {
    expect(decode(Array<string>(50).fill(': keep-alive\n\nevent: a\n'), limit)).toEqual([]);
  });
});
