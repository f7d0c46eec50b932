import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import type { JsonObject } from '../../../../codegen/description/json.js';
import {
  nameSuccess,
  separateResponses,
  writeOutShared,
} from '../../../../codegen/propose/separate-operations.js';
import type { Proposer } from '../../../../codegen/propose/proposal.js';
import { documentOf, proposedFor } from '../../../helpers/small-document.js';

const pathsAfter = (propose: Proposer, paths: string, components?: string): unknown =>
  proposedFor(propose, documentOf(paths, components)).document.paths;

describe('a success without a status of its own', () => {
  test.each([
    [
      '2XX',
      "{ '2XX': { description: a }, default: { description: b } }",
      "{ '200': { description: a }, default: { description: b } }",
    ],
    ['2xx', "{ '2xx': { description: a } }", "{ '200': { description: a } }"],
    [
      'default',
      "{ default: { description: a }, '422': { description: b } }",
      "{ '200': { description: a }, '422': { description: b } }",
    ],
    [
      'of another',
      "{ '201': { description: a }, default: { description: b } }",
      "{ '201': { description: a }, default: { description: b } }",
    ],
    ['of none', "{ '422': { description: b } }", "{ '422': { description: b } }"],
  ])('%s', (_, given, want) => {
    expect(pathsAfter(nameSuccess, `{ /v1/a: { get: { responses: ${given} } } }`)).toEqual(
      parse(`{ /v1/a: { get: { responses: ${want} } } }`),
    );
  });
});

describe('of several kinds of response', () => {
  const contentAfter = (content: string): string[] => {
    const paths = pathsAfter(
      separateResponses,
      `{ /v1/a: { get: { responses: { '200': { content: ${content} } } } } }`,
    );
    const { get } = (paths as Record<string, Record<string, JsonObject>>)['/v1/a']!;
    return Object.keys(((get!.responses as JsonObject)['200'] as JsonObject).content as JsonObject);
  };

  test.each([
    ['JSON stays', '{ audio/wav: {}, application/json: {}, text/plain: {} }', ['application/json']],
    ['the first stays without JSON', '{ audio/wav: {}, audio/mp3: {} }', ['audio/wav']],
    ['the only one stays', '{ audio/wav: {} }', ['audio/wav']],
  ])('%s', (_, content, want) => {
    expect(contentAfter(content)).toEqual(want);
  });
});

describe('an operation that responds with JSON or with events', () => {
  const components = `{ schemas: { Story: { type: object, properties: { prompt: {}, stream: { type: boolean, default: false } } } } }`;
  const body = `requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Story' } } } }`;
  const responses = `responses: { '200': { description: Done., content: { application/json: { schema: { type: object } }, text/event-stream: { schema: { type: string } } } } }`;
  const paths = `{ /v1/stories: { parameters: [{ name: shelf, in: query, schema: {} }], post: { operationId: write, summary: Write, x-stream: { format: sse }, ${body}, ${responses} } } }`;
  const only = (stream: boolean): JsonObject => ({
    content: {
      'application/json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Story' },
            { type: 'object', properties: { stream: { type: 'boolean', const: stream } } },
          ],
        },
      },
    },
  });

  test('becomes two, of which the body says which is meant', () => {
    const parameters = [{ name: 'shelf', in: 'query', schema: {} }];

    expect(pathsAfter(separateResponses, paths, components)).toEqual({
      '/v1/stories': {
        parameters,
        post: {
          operationId: 'write',
          summary: 'Write',
          requestBody: only(false),
          responses: {
            200: { description: 'Done.', content: { 'application/json': { schema: { type: 'object' } } } },
          },
        },
      },
      '/v1/stories#stream': {
        parameters,
        post: {
          operationId: 'write_stream',
          summary: 'Write, as a stream',
          'x-stream': { format: 'sse' },
          requestBody: only(true),
          responses: {
            200: { description: 'Done.', content: { 'text/event-stream': { schema: { type: 'string' } } } },
          },
        },
      },
    });
  });

  test('keeps its body where that says nothing of streams', () => {
    const silent = components.replace(', stream: { type: boolean, default: false }', '');

    const after = pathsAfter(separateResponses, paths, silent) as Record<string, Record<string, JsonObject>>;

    expect(after['/v1/stories#stream']!.post!.requestBody).toEqual(
      (parse(paths) as Record<string, Record<string, JsonObject>>)['/v1/stories']!.post!.requestBody,
    );
  });

  test('loses its events where it has a twin already', () => {
    const twin =
      "/v1/stories#stream: { post: { responses: { '200': { content: { text/event-stream: {} } } } } }";

    const after = pathsAfter(separateResponses, paths.replace(/\}$/, `, ${twin} }`), components);

    expect(Object.keys(after as JsonObject)).toEqual(['/v1/stories', '/v1/stories#stream']);
    expect(JSON.stringify((after as JsonObject)['/v1/stories'])).not.toContain('text/event-stream');
    expect({ '/v1/stories#stream': (after as JsonObject)['/v1/stories#stream'] }).toEqual(
      parse(`{ ${twin} }`),
    );
  });

  test('has one that streams, where it has no name, either', () => {
    const after = pathsAfter(separateResponses, `{ /v1/a: { get: { ${responses} } } }`) as Record<
      string,
      Record<string, JsonObject>
    >;

    expect(after['/v1/a#stream']!.get!.operationId).toBe('get_stream');
  });
});

describe('bodies and responses that are components', () => {
  const components = `{
    requestBodies: { Story: { content: { application/json: {}, text/plain: {} } }, Plain: { content: { application/json: {} } } },
    responses: { Story: { description: S., content: { text/event-stream: {} } }, Plain: { content: { application/json: {} } } },
  }`;
  const paths = (body: string, response: string): string =>
    `{ /v1/a: { post: { requestBody: ${body}, responses: { '200': ${response}, '422': { $ref: '#/components/responses/Story' } } } } }`;

  test('are written out where a part of them will change', () => {
    expect(
      pathsAfter(
        writeOutShared,
        paths("{ $ref: '#/components/requestBodies/Story' }", "{ $ref: '#/components/responses/Story' }"),
        components,
      ),
    ).toEqual(
      parse(
        paths(
          '{ content: { application/json: {}, text/plain: {} } }',
          '{ description: S., content: { text/event-stream: {} } }',
        ),
      ),
    );
  });

  test.each([
    paths("{ $ref: '#/components/requestBodies/Plain' }", "{ $ref: '#/components/responses/Plain' }"),
    paths('{ content: { application/json: {}, text/plain: {} } }', '{ content: { text/event-stream: {} } }'),
    "{ /v1/a: { get: { responses: { '204': {} } } } }",
  ])('are left alone elsewhere: %s', (given) => {
    expect(pathsAfter(writeOutShared, given, components)).toEqual(parse(given));
  });
});
