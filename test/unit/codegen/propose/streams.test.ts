import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import type { JsonObject } from '../../../../codegen/json.js';
import { proposeStreams } from '../../../../codegen/propose/streams.js';
import { documentOf, proposedFor } from '../../../helpers/small-document.js';

const components = `
schemas:
  Delta: { type: object, properties: { type: { const: word.delta, type: string } } }
  Done: { type: object, properties: { type: { type: string, enum: [word.done] } } }
  AlsoDone: { type: object, properties: { type: { const: line.done } } }
  Failed: { type: object, properties: { type: { const: word.error } } }
  Untagged: { type: object, properties: { text: { type: string } } }
  Events: { oneOf: [{ $ref: '#/components/schemas/Delta' }, { $ref: '#/components/schemas/Done' }] }
`;

const ref = (name: string): string => `{ $ref: '#/components/schemas/${name}' }`;

/** What becomes of an operation that answers with events of a schema. */
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

test('operations that answer in another way are left alone', () => {
  const paths = `{ /v1/words: { get: { responses: { '200': { content: { application/json: { schema: {} } } }, default: { content: { text/event-stream: {} } } } }, delete: { responses: { '204': {} } } } }`;

  expect(proposedFor(proposeStreams, documentOf(paths)).proposals).toEqual([]);
});
