import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import type { JsonObject } from '../../../../codegen/description/json.js';
import { proposeResumption, proposeStreams } from '../../../../codegen/propose/streams.js';
import { documentOf, proposedFor } from '../../../helpers/small-document.js';

const components = `
schemas:
  Delta: { type: object, properties: { type: { const: word.delta, type: string } } }
  Done: { type: object, properties: { type: { type: string, enum: [word.done] } } }
  AlsoDone: { type: object, properties: { type: { const: line.done } } }
  Failed: { type: object, properties: { type: { const: word.error } } }
  StreamError: { type: object, properties: { reason: { type: string } } }
  Broken: { type: object, required: [error], properties: { error: { type: string } } }
  Perhaps: { type: object, required: [error], properties: { error: { type: [string, 'null'] } } }
  Untagged: { type: object, properties: { text: { type: string } } }
  Events: { oneOf: [{ $ref: '#/components/schemas/Delta' }, { $ref: '#/components/schemas/Done' }] }
`;

const ref = (name: string): string => `{ $ref: '#/components/schemas/${name}' }`;

/** What becomes of an operation that responds with events of a schema. */
function streamed(
  schema: string | undefined,
  more = '',
): { media: JsonObject; stream: unknown; targets: string[] } {
  const media = schema === undefined ? '{}' : `{ schema: ${schema} }`;
  const paths = `{ /v1/words: { get: { ${more} responses: { '200': { content: { text/event-stream: ${media} } } } } } }`;
  const { document, targets } = proposedFor(proposeStreams, documentOf(paths, components));
  const operation = (document.paths as Record<string, Record<string, JsonObject>>)['/v1/words']!.get!;
  const { content } = (operation.responses as Record<string, Record<string, JsonObject>>)['200']!;
  return { media: content!['text/event-stream'] as JsonObject, stream: operation['x-stream'], targets };
}

describe('how a stream ends', () => {
  test.each<[title: string, schema: string, stream: JsonObject]>([
    ['where one tag ends in .done', ref('Events'), { format: 'sse', tag: 'type', terminal: ['word.done'] }],
    [
      'where one tag reports failures',
      `{ anyOf: [${['Delta', 'Done', 'Failed'].map(ref).join(', ')}] }`,
      { format: 'sse', tag: 'type', terminal: ['word.done'], error: ['word.error'] },
    ],
    [
      'where two tags end so',
      `{ oneOf: [${['Delta', 'Done', 'AlsoDone'].map(ref).join(', ')}] }`,
      { format: 'sse' },
    ],
    ['where none does', `{ oneOf: [${ref('Delta')}, ${ref('Failed')}] }`, { format: 'sse' }],
    ['where there are no tags', ref('Untagged'), { format: 'sse' }],
    [
      'where a member is no object',
      `{ oneOf: [{ type: string }, ${ref('Done')}] }`,
      { format: 'sse', tag: 'type', terminal: ['word.done'] },
    ],
  ])('is proposed %s', (_, schema, stream) => {
    expect(streamed(schema).stream).toEqual(stream);
  });

  test.each(['{ format: sse, done: "[DONE]" }', '{ format: sse, tag: type, terminal: [other] }'])(
    'is left as it is told: %s',
    (told) => {
      const { stream, targets } = streamed(ref('Events'), `x-stream: ${told},`);

      expect(stream).toEqual(parse(told));
      expect(targets).toEqual([]);
    },
  );

  test('is added where it is told only that it is one', () => {
    expect(streamed(ref('Events'), 'x-stream: { format: sse },').stream).toMatchObject({
      terminal: ['word.done'],
    });
    expect(streamed(ref('Delta'), 'x-stream: { format: sse },').targets).toEqual([]);
  });
});

describe('the events', () => {
  test.each<[title: string, schema: string | undefined, want: JsonObject]>([
    [
      'are the JSON in the data of the lines',
      `{ type: object, properties: { event: {}, data: ${ref('Events')}, id: {}, retry: {} } }`,
      { schema: { $ref: '#/components/schemas/Events' } },
    ],
    [
      'are what they are where there are other properties, too',
      `{ type: object, properties: { data: ${ref('Events')}, text: {} } }`,
      { schema: { type: 'object', properties: { data: { $ref: '#/components/schemas/Events' }, text: {} } } },
    ],
    [
      'are what they are without data',
      '{ type: object, properties: { event: {} } }',
      { schema: { type: 'object', properties: { event: {} } } },
    ],
    ['are anything where nothing is said', undefined, { schema: {} }],
  ])('%s', (_, schema, want) => {
    expect(streamed(schema).media).toEqual(want);
  });

  test('of lines tell how the stream ends', () => {
    expect(streamed(`{ properties: { data: ${ref('Events')} } }`).stream).toHaveProperty('terminal', [
      'word.done',
    ]);
  });

  test('lose the examples of lines', () => {
    const paths = `{ /v1/words: { get: { responses: { '200': { content: { text/event-stream: { example: 'data: {}', examples: { a: { value: 1 } }, schema: { properties: { data: {} } } } } } } } } }`;

    const { text } = proposedFor(proposeStreams, documentOf(paths));

    expect(text).not.toContain('example');
  });
});

describe('an event that is always thrown as an error is no event that a program gets:', () => {
  const line = (data: string, event = '{ type: string }'): string =>
    `{ type: object, properties: { event: ${event}, data: ${data} } }`;
  const either = (...names: readonly string[]): string => `{ oneOf: [${names.map(ref).join(', ')}] }`;

  test.each<[title: string, schema: string, want: string]>([
    ['one with an error in it', either('Untagged', 'Broken'), ref('Untagged')],
    ['in data', line(either('Delta', 'Untagged', 'Broken')), either('Delta', 'Untagged')],
    [
      'in a line of its own',
      `{ oneOf: [${line(ref('Delta'), '{ const: a }')}, ${line(ref('Untagged'), '{ enum: [error] }')}] }`,
      ref('Delta'),
    ],
    [
      'beside several lines',
      `{ anyOf: [${line(ref('Delta'))}, ${line(ref('Done'))}, ${line('{}', '{ const: error }')}] }`,
      either('Delta', 'Done'),
    ],
    [
      'by its name, where lines may be called so',
      line(either('Untagged', 'StreamError'), '{ enum: [log, error] }'),
      ref('Untagged'),
    ],
    [
      'by its title',
      line(`{ anyOf: [${ref('Untagged')}, { title: LogError, type: object }] }`, '{ enum: [log, error] }'),
      ref('Untagged'),
    ],
    ['by its tag', either('Delta', 'Done', 'Failed'), either('Delta', 'Done')],
  ])('%s', (_, schema, want) => {
    expect(streamed(schema).media).toEqual({ schema: parse(want) as JsonObject });
  });

  test.each<[title: string, schema: string]>([
    ['whose error may be null', either('Untagged', 'Perhaps')],
    ['that is called so, where no line is', either('Untagged', 'StreamError')],
    ['that ends in .error, where nothing says how the stream ends', either('Delta', 'Failed')],
    ['that is the only one', either('Broken')],
  ])('but not one %s', (_, schema) => {
    expect(streamed(schema).media).toEqual({ schema: parse(schema) as JsonObject });
  });

  test('nor one of a stream that is told how it ends', () => {
    const schema = either('Delta', 'Done', 'Failed');

    expect(streamed(schema, 'x-stream: { format: sse, done: "[DONE]" },').targets).toEqual([]);
  });
});

test('operations that response in another way are left alone', () => {
  const paths = `{ /v1/words: { get: { responses: { '200': { content: { application/json: { schema: {} } } }, default: { content: { text/event-stream: {} } } } }, delete: { responses: { '204': {} } } } }`;

  expect(proposedFor(proposeStreams, documentOf(paths)).proposals).toEqual([]);
});

describe('how a stream is resumed', () => {
  const inQuery = '{ name: last_event_id, in: query, schema: { type: string } }';
  const inHeader = '{ name: Last-Event-ID, in: header, schema: { type: string } }';
  const resumed = (parameters: string, more = '', type = 'text/event-stream') => {
    const paths = `{ /v1/words: { get: { ${more} parameters: [${parameters}], responses: { '200': { content: { ${type}: {} } } } } } }`;
    const { document } = proposedFor(proposeResumption, documentOf(paths));
    return (document.paths as Record<string, Record<string, JsonObject>>)['/v1/words']!.get!['x-stream'];
  };

  test.each([
    ['the query', inQuery, 'last_event_id'],
    ['a header', inHeader, 'Last-Event-ID'],
    ['a header in small letters', '{ name: last-event-id, in: header }', 'last-event-id'],
    ['the query, where both take it', `${inHeader}, ${inQuery}`, 'last_event_id'],
  ])('is proposed where %s takes the id of an event', (_, parameters, resume) => {
    expect(resumed(parameters)).toEqual({ format: 'sse', resume });
  });

  test('is proposed beside an end that is known', () => {
    expect(resumed(inQuery, 'x-stream: { format: sse, done: "[DONE]" },')).toEqual({
      format: 'sse',
      done: '[DONE]',
      resume: 'last_event_id',
    });
  });

  test('stays as it is told', () => {
    expect(resumed(inQuery, 'x-stream: { format: sse, resume: X-After },')).toHaveProperty(
      'resume',
      'X-After',
    );
  });

  test.each([
    ['no parameter takes an id', '{ name: last_event, in: query }', undefined],
    ['a path names an event', '{ name: last_event_id, in: path, required: true }', undefined],
    ['the response is no stream', inQuery, 'application/json'],
  ])('is not proposed where %s', (_, parameters, type) => {
    expect(resumed(parameters, '', type)).toBeUndefined();
  });
});
