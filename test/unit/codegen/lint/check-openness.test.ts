import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { checkOpenness } from '../../../../codegen/lint/check-openness.js';
import type { JsonObject, JsonValue } from '../../../../codegen/description/json.js';
import { applyOverlay } from '../../../../codegen/overlay/apply.js';
import { readOverlay } from '../../../../codegen/overlay/overlay.js';
import { PipelineError } from '../../../../codegen/run/pipeline-error.js';
import { readYaml } from '../../../../codegen/files/read-yaml.js';
import { failureOf } from '../../../helpers/failure-of.js';

const scratch = mkdtempSync(join(tmpdir(), 'openness-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const closed = (): JsonObject => ({ type: 'string', enum: ['lit', 'dark'] });
const open = (): JsonObject => ({ ...closed(), 'x-open-enum': true });
const anyString: JsonObject = { type: 'string', 'x-open-enum': true };
const state: JsonObject = { $ref: '#/components/schemas/State' };

interface Described {
  /** What the operation responds with. */
  readonly response?: JsonValue;
  /** What it is sent. */
  readonly request?: JsonValue;
  /** What is added to the operation, to its path, and to the paths. */
  readonly operation?: JsonObject;
  readonly item?: JsonObject;
  readonly paths?: JsonObject;
  readonly components?: JsonObject;
  readonly schemas?: JsonObject;
}

const json = (schema: JsonValue): JsonObject => ({ content: { 'application/json': { schema } } });

function describing({
  response,
  request,
  operation,
  item,
  paths,
  components,
  schemas = {},
}: Described): JsonObject {
  const post: JsonObject = {
    ...(request !== undefined && { requestBody: json(request) }),
    responses: { '200': { description: 'Fine.', ...(response !== undefined && json(response)) } },
    ...operation,
  };
  // Through text, as if read from a file: no two places share an object.
  return JSON.parse(
    JSON.stringify({
      openapi: '3.1.0',
      info: { title: 'Lights', version: '1.0.0' },
      paths: { '/lights': { post, ...item }, ...paths },
      components: { schemas, ...components },
    }),
  ) as JsonObject;
}

const inProperty = (schema: JsonValue, name = 'state'): JsonObject => ({
  type: 'object',
  properties: { [name]: schema },
});

async function messageOf(document: JsonObject): Promise<string> {
  const failure = await failureOf(() => checkOpenness(document));
  expect(failure).toBeInstanceOf(PipelineError);
  return (failure as PipelineError).message;
}

/** Do what a person would: copy the actions from the message into an overlay, and apply it. */
function applyWhatItProposes(message: string, document: JsonObject): number {
  const actions = message
    .split('\n')
    .filter((line) => line.startsWith('      ') && !line.startsWith('      or'))
    .map((line) => `${line}\n`);
  const file = join(scratch, '40-openness.overlay.yaml');
  const head = 'overlay: 1.1.0\ninfo:\n  title: Openness\n  version: 1.0.0\nactions:\n';
  writeFileSync(file, `${head}${actions.join('')}`);
  return applyOverlay(document, readOverlay(file));
}

describe('an enum that only responses hold is refused unless it is open', () => {
  const answered = "$.paths['/lights'].post.responses['200'].content['application/json'].schema";

  test.each<[string, (schema: JsonObject) => Described, string]>([
    ['as the whole response', (schema) => ({ response: schema }), answered],
    ['in a property', (schema) => ({ response: inProperty(schema) }), `${answered}.properties.state`],
    [
      'in a property whose name needs quotes',
      (schema) => ({ response: inProperty(schema, 'finish-reason') }),
      `${answered}.properties['finish-reason']`,
    ],
    ['in a list', (schema) => ({ response: { type: 'array', items: schema } }), `${answered}.items`],
    [
      'in the values of a map',
      (schema) => ({ response: { additionalProperties: schema } }),
      `${answered}.additionalProperties`,
    ],
    [
      'in a union',
      (schema) => ({ response: { oneOf: [schema, { type: 'number' }] } }),
      `${answered}.oneOf[0]`,
    ],
    [
      'beside null',
      (schema) => ({ response: { anyOf: [schema, { type: 'null' }] } }),
      `${answered}.anyOf[0]`,
    ],
    [
      'in a member of `allOf`',
      (schema) => ({ response: { allOf: [inProperty(schema)] } }),
      `${answered}.allOf[0].properties.state`,
    ],
    [
      'in a schema with a name',
      (schema) => ({
        response: inProperty({ $ref: '#/components/schemas/Light' }),
        schemas: { Light: inProperty(schema) },
      }),
      '$.components.schemas.Light.properties.state',
    ],
    [
      'in a schema whose name needs quotes',
      (schema) => ({
        response: { $ref: '#/components/schemas/Light-2.0' },
        schemas: { 'Light-2.0': inProperty(schema) },
      }),
      "$.components.schemas['Light-2.0'].properties.state",
    ],
    [
      'in a schema that stands in another path',
      (schema) => ({
        response: { $ref: '#/paths/~1~0keepers/x-schemas/Keeper' },
        paths: { '/~keepers': { 'x-schemas': { Keeper: inProperty(schema) } } },
      }),
      "$.paths['/~keepers']['x-schemas'].Keeper.properties.state",
    ],
    [
      'in an error',
      (schema) => ({ operation: { responses: { '4XX': { description: 'Not fine.', ...json(schema) } } } }),
      "$.paths['/lights'].post.responses['4XX'].content['application/json'].schema",
    ],
    [
      'in a stream',
      (schema) => ({
        operation: {
          responses: { '200': { description: 'Fine.', content: { 'text/event-stream': { schema } } } },
        },
      }),
      "$.paths['/lights'].post.responses['200'].content['text/event-stream'].schema",
    ],
  ])('%s, with an action that opens it', async (_, holding, target) => {
    const document = describing(holding(closed()));
    const message = await messageOf(document);

    expect(message).toContain('1 enums in responses are closed');
    expect(message).toContain(`- target: ${target}\n`);
    expect(applyWhatItProposes(message, document)).toBe(1);
    expect(checkOpenness(document)).toBe(1);
    expect(checkOpenness(describing(holding(open())))).toBe(1);
  });

  test('in a response that several operations share', async () => {
    const responses = { '200': { $ref: '#/components/responses/Light' } };
    const document = describing({
      operation: { responses },
      item: { get: { responses } },
      components: { responses: { Light: { description: 'Fine.', ...json(closed()) } } },
    });

    expect(await messageOf(document)).toContain('1 enums in responses are closed');
  });

  test('with a name: at the place that refers to it, and by its name', async () => {
    const document = describing({ response: inProperty(state), schemas: { State: closed() } });
    const message = await messageOf(document);

    expect(message).toContain('2 enums in responses are closed');
    expect(message).toContain('- $.components.schemas.State: add to the openness overlay');
    expect(checkOpenness(describing({ response: inProperty(state), schemas: { State: open() } }))).toBe(2);
  });

  test.each<[string, JsonObject]>([
    ['by a list of types', { type: ['string', 'null'], enum: ['lit', 'dark', null] }],
    ['by a value of its own', { enum: ['lit', 'dark', null] }],
  ])('when it may be null %s', async (_, schema) => {
    expect(await messageOf(describing({ response: schema }))).toContain('1 enums in responses are closed');
    expect(checkOpenness(describing({ response: { ...schema, 'x-open-enum': true } }))).toBe(1);
  });

  test('though it says that it is not', async () => {
    expect(await messageOf(describing({ response: { ...closed(), 'x-open-enum': false } }))).toContain(
      '1 enums',
    );
  });

  test('and each of several is named once', async () => {
    const light = { $ref: '#/components/schemas/Light' };
    const document = describing({
      response: { type: 'object', properties: { first: light, second: light, colour: closed() } },
      schemas: { Light: inProperty(closed()) },
    });
    const message = await messageOf(document);

    expect(message).toContain('2 enums in responses are closed');
    expect(applyWhatItProposes(message, document)).toBe(2);
    expect(checkOpenness(document)).toBe(2);
  });
});

describe('an enum stays closed', () => {
  const light = { $ref: '#/components/schemas/Light' };
  const schemas = { Light: inProperty(closed()) };

  test.each<[string, Described]>([
    ['that only requests hold', { request: light, schemas }],
    ['that requests and responses hold', { request: light, response: light, schemas }],
    [
      'that requests hold deep inside',
      { request: { items: { anyOf: [light, { type: 'null' }] } }, response: light, schemas },
    ],
    [
      'that a parameter holds',
      {
        operation: { parameters: [{ name: 'light', in: 'query', schema: light }], ...answerOf(light) },
        schemas,
      },
    ],
    [
      'that a shared parameter holds',
      {
        operation: { parameters: [{ $ref: '#/components/parameters/Light' }], ...answerOf(light) },
        schemas,
        components: { schemas, parameters: { Light: { name: 'light', in: 'query', schema: light } } },
      },
    ],
    [
      'that a parameter of the path holds',
      { item: { parameters: [{ name: 'light', in: 'query', schema: light }] }, response: light, schemas },
    ],
    [
      'that a parameter of some media type holds',
      {
        operation: { parameters: [{ name: 'light', in: 'query', ...json(light) }], ...answerOf(light) },
        schemas,
      },
    ],
    [
      'that a shared request holds',
      {
        operation: { requestBody: { $ref: '#/components/requestBodies/Light' }, ...answerOf(light) },
        components: { schemas, requestBodies: { Light: json(light) } },
      },
    ],
    [
      'that a form holds',
      {
        operation: {
          requestBody: { content: { 'multipart/form-data': { schema: light } } },
          ...answerOf(light),
        },
        schemas,
      },
    ],
  ])('%s', (_, described) => {
    expect(checkOpenness(describing(described))).toBe(0);
  });

  test.each<[string, Described]>([
    ['that no operation reaches', { schemas }],
    [
      'that only a header which no response has would reach',
      { components: { headers: { 'X-Light': { schema: closed() } } } },
    ],
    [
      'that is an example',
      { response: { type: 'object', example: { state: closed() }, examples: [{ state: closed() }] } },
    ],
    ['that is a default', { response: { type: 'object', default: closed() } }],
  ])('%s', (_, described) => {
    expect(checkOpenness(describing(described))).toBe(0);
  });

  test.each<[string, JsonObject]>([
    ['one value, which is a tag', { type: 'string', enum: ['lit'] }],
    ['one value and null', { enum: ['lit', null] }],
    ['numbers', { type: 'integer', enum: [1, 2, 3] }],
    ['no value', { type: 'string', enum: [] }],
  ])('of %s', (_, schema) => {
    expect(checkOpenness(describing({ response: inProperty(schema) }))).toBe(0);
  });

  test('beside members of the path that are no operations', () => {
    const item = {
      summary: 'Lights',
      description: 'All of them.',
      servers: [{ url: 'https://lights.dev' }],
      'x-order': 1,
    };

    expect(checkOpenness(describing({ item, request: light, schemas }))).toBe(0);
  });
});

describe('an enum that requests share is opened where a response refers to it', () => {
  const shared = (property: JsonValue): JsonObject =>
    describing({ request: inProperty(state), response: inProperty(property), schemas: { State: closed() } });

  test('so the bare reference is refused, with the way to open it', async () => {
    const message = await messageOf(shared(state));

    expect(message).toContain('1 enums in responses are closed');
    expect(message).toContain('.properties.state: add to the openness overlay');
    expect(message).toContain(
      'where requests share the enum, replace the reference by `anyOf: [{ $ref: … }, { type: string, x-open-enum: true }]`',
    );
  });

  test.each(['anyOf', 'oneOf'])('by `%s` with an open string', (keyword) => {
    expect(checkOpenness(shared({ [keyword]: [state, anyString] }))).toBe(1);
  });

  test('by an open string beside null', () => {
    expect(checkOpenness(shared({ anyOf: [state, anyString, { type: 'null' }] }))).toBe(1);
  });

  test.each<[string, JsonObject]>([
    ['a string that is not open', { anyOf: [state, { type: 'string' }] }],
    ['null alone', { anyOf: [state, { type: 'null' }] }],
    ['an open string that must match as well', { allOf: [state, anyString] }],
    ['the word beside the reference, where no generator reads it', { ...state, 'x-open-enum': true }],
  ])('and not by %s', async (_, property) => {
    expect(await messageOf(shared(property))).toContain('1 enums in responses are closed');
  });

  test('and a schema that requests and responses share refers to it as it is', () => {
    const light = { $ref: '#/components/schemas/Light' };

    expect(
      checkOpenness(
        describing({
          request: light,
          response: light,
          schemas: { State: closed(), Light: inProperty(state) },
        }),
      ),
    ).toBe(0);
  });
});

describe('schemas that hold themselves', () => {
  const tree = { $ref: '#/components/schemas/Tree' };
  const Tree = (value: JsonObject): JsonObject => ({
    type: 'object',
    properties: {
      value,
      branches: { type: 'array', items: tree },
      parent: { anyOf: [tree, { type: 'null' }] },
    },
  });

  test('are walked once', async () => {
    expect(checkOpenness(describing({ response: tree, schemas: { Tree: Tree(open()) } }))).toBe(1);
    expect(await messageOf(describing({ response: tree, schemas: { Tree: Tree(closed()) } }))).toContain(
      '1 enums',
    );
  });

  test('by nothing but a reference are refused', async () => {
    expect(await messageOf(describing({ response: tree, schemas: { Tree: tree } }))).toMatch(
      /#\/components\/schemas\/Tree: the reference leads back to itself. Repair it/,
    );
  });
});

test('every enum that only responses of the effective description hold is open', () => {
  const description = readYaml('generated/openapi.yaml') as JsonObject;

  expect(checkOpenness(description)).toBeGreaterThan(10);
});

function answerOf(schema: JsonValue): JsonObject {
  return { responses: { '200': { description: 'Fine.', ...json(schema) } } };
}
