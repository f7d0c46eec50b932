import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { checkUnions } from '../../../../codegen/lint/check-unions.js';
import type { JsonObject, JsonValue } from '../../../../codegen/description/json.js';
import { applyOverlay } from '../../../../codegen/overlay/apply.js';
import { readOverlay } from '../../../../codegen/overlay/overlay.js';
import { PipelineError } from '../../../../codegen/run/pipeline-error.js';
import { readYaml } from '../../../../codegen/files/read-yaml.js';
import { failureOf } from '../../../helpers/failure-of.js';

const scratch = mkdtempSync(join(tmpdir(), 'unions-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const circle = '#/components/schemas/Circle';
const square = '#/components/schemas/Square';
const members: JsonValue[] = [{ $ref: circle }, { $ref: square }];
const discriminator = { propertyName: 'kind', mapping: { circle, square } };

const shape = (kind: string): JsonObject => ({
  type: 'object',
  required: ['kind'],
  properties: { kind: { type: 'string', const: kind } },
});

/** A description with a circle, a square, and whatever else a test is about. */
function describing(schemas: JsonObject, paths: JsonObject = {}): JsonObject {
  // Through text, as if read from a file: no two places share an object.
  return JSON.parse(
    JSON.stringify({
      openapi: '3.1.0',
      info: { title: 'Shapes', version: '1.0.0' },
      paths,
      components: { schemas: { Circle: shape('circle'), Square: shape('square'), ...schemas } },
    }),
  ) as JsonObject;
}

const answering = (schema: JsonObject, status = '200', path = '/shapes'): JsonObject => ({
  [path]: {
    get: { responses: { [status]: { description: 'Fine.', content: { 'application/json': { schema } } } } },
  },
});

async function messageOf(document: JsonObject): Promise<string> {
  const failure = await failureOf(() => checkUnions(document));
  expect(failure).toBeInstanceOf(PipelineError);
  return (failure as PipelineError).message;
}

/** Do what a person would: copy the actions from the message into an overlay, and apply it. */
function applyWhatItProposes(message: string, document: JsonObject): number {
  const actions = message.split('\n').filter((line) => line.startsWith('      '));
  const file = join(scratch, '30-discriminators.overlay.yaml');
  const head = 'overlay: 1.1.0\ninfo:\n  title: Discriminators\n  version: 1.0.0\nactions:\n';
  writeFileSync(file, `${head}${actions.map((line) => `${line}\n`).join('')}`);
  return applyOverlay(document, readOverlay(file));
}

describe('a union is counted', () => {
  test.each<[string, JsonObject]>([
    ['with `oneOf`', { oneOf: members, discriminator }],
    ['with `anyOf`', { anyOf: members, discriminator }],
    [
      'beside a reference to a string',
      { anyOf: [...members, { $ref: '#/components/schemas/Name' }], discriminator },
    ],
    ['that may be null', { anyOf: [...members, { type: 'null' }], discriminator }],
    [
      'whose mapping has other values too',
      { oneOf: members, discriminator: { propertyName: 'kind', mapping: { circle, square, disc: circle } } },
    ],
  ])('%s', (_, union) => {
    expect(checkUnions(describing({ Name: { type: 'string' }, Shape: union }))).toBe(1);
  });

  test('once for each place where it stands', () => {
    const union = { oneOf: members, discriminator };

    expect(checkUnions(describing({ Shape: union, Shapes: { type: 'array', items: union } }))).toBe(2);
  });

  test('whose tags are lists of one value', () => {
    const tagged = (kind: string) => ({ required: ['kind'], properties: { kind: { enum: [kind] } } });
    const union = { oneOf: members, discriminator };

    expect(
      checkUnions(describing({ Circle: tagged('circle'), Square: tagged('square'), Shape: union })),
    ).toBe(1);
  });

  test('whose discriminator names the second of two tags', () => {
    const tagged = (kind: string) => ({
      required: ['object', 'kind'],
      properties: { object: { const: `shape.${kind}` }, kind: { const: kind } },
    });
    const union = { oneOf: members, discriminator };

    expect(
      checkUnions(describing({ Circle: tagged('circle'), Square: tagged('square'), Shape: union })),
    ).toBe(1);
  });
});

describe('a union is left alone', () => {
  const plain = { type: 'object', properties: { kind: { type: 'string' } } };

  test.each<[string, JsonObject]>([
    ['that has no tag', { Square: plain, Shape: { oneOf: members } }],
    ['whose members have the same tag', { Square: shape('circle'), Shape: { oneOf: members } }],
    [
      'whose tags are lists of several values',
      { Circle: { properties: { kind: { enum: ['circle', 'disc'] } } }, Shape: { oneOf: members } },
    ],
    [
      'whose tags are no strings',
      {
        Circle: { properties: { kind: { const: 1 } } },
        Square: { properties: { kind: { const: 2 } } },
        Shape: { oneOf: members },
      },
    ],
    ['of primitives', { Size: { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'null' }] } }],
    [
      'of references to primitives',
      {
        A: { type: 'string' },
        B: { type: 'number' },
        Size: { anyOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }] },
      },
    ],
    ['of one object and null', { Shape: { anyOf: [{ $ref: circle }, { type: 'null' }] } }],
    ['of one object and a string', { Shape: { anyOf: [{ $ref: circle }, { type: 'string' }] } }],
  ])('%s', (_, schemas) => {
    expect(checkUnions(describing(schemas))).toBe(0);
  });

  test.each(['example', 'examples', 'default', 'enum', 'const'])('that is a value of `%s`', (keyword) => {
    const value = { oneOf: members };

    expect(checkUnions(describing({ Shape: { [keyword]: keyword === 'enum' ? [value] : value } }))).toBe(0);
  });

  test('that is an example of a response', () => {
    const paths = answering({ type: 'object' });
    const media = { schema: {}, examples: { shape: { value: { oneOf: members } } } };

    expect(
      checkUnions(
        describing(
          {},
          {
            ...paths,
            '/squares': { get: { responses: { '200': { content: { 'application/json': media } } } } },
          },
        ),
      ),
    ).toBe(0);
  });
});

describe('a union that does not say that its members have a tag is refused, with an action that mends it,', () => {
  const union = (): JsonObject => ({ oneOf: structuredClone(members) });

  test.each<[string, JsonObject, string, JsonObject?]>([
    ['as a schema', { Shape: union() }, '$.components.schemas.Shape'],
    ['as a schema whose name needs quotes', { 'shape-2.0': union() }, "$.components.schemas['shape-2.0']"],
    ['with `anyOf`', { Shape: { anyOf: members } }, '$.components.schemas.Shape'],
    ['beside null', { Shape: { anyOf: [...members, { type: 'null' }] } }, '$.components.schemas.Shape'],
    [
      'inside a union with null',
      { Shape: { anyOf: [union(), { type: 'null' }] } },
      '$.components.schemas.Shape.anyOf[0]',
    ],
    ['in a list', { Shapes: { type: 'array', items: union() } }, '$.components.schemas.Shapes.items'],
    [
      'in a property',
      { Drawing: { properties: { shape: union() } } },
      '$.components.schemas.Drawing.properties.shape',
    ],
    [
      'in a property whose name needs quotes',
      { Drawing: { properties: { 'first-shape': union() } } },
      "$.components.schemas.Drawing.properties['first-shape']",
    ],
    [
      'in a property whose name is a keyword',
      { Drawing: { properties: { default: union() } } },
      '$.components.schemas.Drawing.properties.default',
    ],
    [
      'in a property whose name is a number',
      { Drawing: { properties: { '3d': union() } } },
      "$.components.schemas.Drawing.properties['3d']",
    ],
    [
      'in the values of a map',
      { Drawings: { additionalProperties: union() } },
      '$.components.schemas.Drawings.additionalProperties',
    ],
    [
      'in a member of `allOf`',
      { Drawing: { allOf: [{ properties: { shape: union() } }] } },
      '$.components.schemas.Drawing.allOf[0].properties.shape',
    ],
    [
      'in a response',
      {},
      "$.paths['/shapes'].get.responses['200'].content['application/json'].schema",
      answering(union()),
    ],
    [
      'in the default response',
      {},
      "$.paths['/shapes'].get.responses.default.content['application/json'].schema",
      answering(union(), 'default'),
    ],
    [
      'in the response of a path with an apostrophe',
      {},
      "$.paths['/keeper\\'s'].get.responses['200'].content['application/json'].schema",
      answering(union(), '200', "/keeper's"),
    ],
  ])('%s', async (_, schemas, target, paths) => {
    const document = describing(schemas, paths);
    const message = await messageOf(document);

    expect(message).toContain('1 unions would not narrow by their tag');
    expect(message).toContain(`- target: ${target}\n`);
    expect(applyWhatItProposes(message, document)).toBe(1);
    expect(checkUnions(document)).toBe(1);
  });

  test('where the tag stands in a member of `allOf`', async () => {
    const inherited = (kind: string): JsonObject => ({
      allOf: [{ properties: { size: { type: 'number' } } }, shape(kind)],
    });
    const document = describing({
      Circle: inherited('circle'),
      Square: inherited('square'),
      Shape: { oneOf: members },
    });

    expect(applyWhatItProposes(await messageOf(document), document)).toBe(1);
    expect(checkUnions(document)).toBe(1);
  });

  test('where the tag of an `allOf` is required beside it', async () => {
    const inherited = (kind: string) => ({
      allOf: [{ properties: { kind: { const: kind } } }],
      required: ['kind'],
    });
    const document = describing({
      Circle: inherited('circle'),
      Square: inherited('square'),
      Shape: { oneOf: members },
    });

    expect(applyWhatItProposes(await messageOf(document), document)).toBe(1);
    expect(checkUnions(document)).toBe(1);
  });

  test('where members are references to references', async () => {
    const document = describing({
      Disc: { $ref: circle },
      Shape: { oneOf: [{ $ref: '#/components/schemas/Disc' }, { $ref: square }] },
    });

    expect(applyWhatItProposes(await messageOf(document), document)).toBe(1);
    expect(checkUnions(document)).toBe(1);
    expect(document).toHaveProperty(
      'components.schemas.Shape.discriminator.mapping.circle',
      '#/components/schemas/Disc',
    );
  });

  test.each(['shape.circle', 'a: b', 'null', 'true', '1', "it's", '*'])('where a tag is %j', async (tag) => {
    const document = describing({ Circle: shape(tag), Shape: { oneOf: members } });

    applyWhatItProposes(await messageOf(document), document);

    expect(checkUnions(document)).toBe(1);
  });

  test('and each of several is named', async () => {
    const document = describing({ Shape: { oneOf: members }, Shapes: { items: { oneOf: members } } });
    const message = await messageOf(document);

    expect(message).toContain('2 unions would not narrow');
    expect(applyWhatItProposes(message, document)).toBe(2);
    expect(checkUnions(document)).toBe(2);
  });
});

describe('a discriminator is refused', () => {
  test.each<[string, JsonValue]>([
    ['without a mapping', { propertyName: 'kind' }],
    ['whose mapping lacks a member', { propertyName: 'kind', mapping: { circle } }],
    [
      'whose mapping gives a member the tag of another',
      { propertyName: 'kind', mapping: { circle: square, square: circle } },
    ],
  ])('%s, with an action that mends it', async (_, given) => {
    const document = describing({ Shape: { oneOf: members, discriminator: given } });
    const message = await messageOf(document);

    expect(message).toContain('$.components.schemas.Shape: lacks a discriminator with a full mapping');
    expect(applyWhatItProposes(message, document)).toBe(1);
    expect(checkUnions(document)).toBe(1);
  });

  test.each([
    ['a schema that is not there', '#/components/schemas/Triangle'],
    ['another file', 'shapes.yaml#/Triangle'],
  ])('whose mapping leads to %s', async (_, triangle) => {
    const mapping = { circle, square, triangle };

    expect(
      await messageOf(
        describing({ Shape: { oneOf: members, discriminator: { propertyName: 'kind', mapping } } }),
      ),
    ).toContain(`$.components.schemas.Shape: the mapping leads to "${triangle}", which does not exist`);
  });

  test.each([
    ['is not there', 'colour'],
    ['is the same in all members', 'object'],
    ['may have any value', 'name'],
  ])('that names a property which %s', async (_, propertyName) => {
    const tagged = (kind: string) => ({
      required: ['kind', 'object', 'name'],
      properties: { kind: { const: kind }, object: { const: 'shape' }, name: { type: 'string' } },
    });
    const union = { oneOf: members, discriminator: { propertyName, mapping: { circle, square } } };

    expect(
      await messageOf(describing({ Circle: tagged('circle'), Square: tagged('square'), Shape: union })),
    ).toContain(
      '$.components.schemas.Shape: the discriminator names a property that does not tell all members apart',
    );
  });

  test('whose property one member lacks', async () => {
    const union = { oneOf: [...members, { $ref: '#/components/schemas/Line' }], discriminator };

    expect(await messageOf(describing({ Line: { properties: { length: {} } }, Shape: union }))).toContain(
      'does not tell all members apart',
    );
  });
});

describe('a member that may leave its tag out is refused by name', () => {
  const optional = { ...shape('square'), required: [] };

  test.each<[string, JsonObject]>([
    ['with a discriminator', { oneOf: members, discriminator }],
    ['without one', { oneOf: members }],
  ])('%s', async (_, union) => {
    expect(await messageOf(describing({ Square: optional, Shape: union }))).toContain(
      '$.components.schemas.Shape: `kind` is optional in Square. Require it',
    );
  });

  test('when only some of its own members require the tag', async () => {
    const sometimes = { anyOf: [shape('square'), { type: 'string' }] };

    expect(
      await messageOf(describing({ Square: sometimes, Shape: { oneOf: members, discriminator } })),
    ).toContain('`kind` is optional in Square');
  });

  test('and so is each other one', async () => {
    const circleToo = { ...shape('circle'), required: [] };

    expect(
      await messageOf(describing({ Circle: circleToo, Square: optional, Shape: { oneOf: members } })),
    ).toContain('`kind` is optional in Circle, Square.');
  });
});

test('every union of the effective description that has a tag says so', () => {
  const description = readYaml('generated/openapi.yaml') as JsonObject;

  expect(checkUnions(description)).toBeGreaterThan(25);
});
