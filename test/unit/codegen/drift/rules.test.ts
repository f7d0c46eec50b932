import { describe, expect, test } from 'vitest';

import type { JsonObject } from '../../../../codegen/description/json.js';
import { changesIn, driftBetween } from '../../../helpers/drift.js';

/** A description whose only operation sends or responds with a schema. */
function description(direction: 'request' | 'response', schema: JsonObject, schemas: JsonObject): JsonObject {
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } };
  const operation: JsonObject =
    direction === 'request'
      ? { requestBody: { content }, responses: { '204': { description: 'Done' } } }
      : { responses: { '200': { description: 'The thing', content } } };
  return {
    openapi: '3.1.0',
    paths: { '/v1/things': { post: { operationId: 'things', ...operation } } },
    components: { schemas: { Thing: schema, ...schemas } },
  };
}

function changes(
  direction: 'request' | 'response',
  before: JsonObject,
  after: JsonObject,
  schemas: JsonObject,
) {
  const drift = driftBetween(description(direction, before, schemas), description(direction, after, schemas));
  return changesIn(drift)
    .map((change) => `${change.class} ${change.kind}${change.place === '' ? '' : ` at ${change.place}`}`)
    .join(', ');
}

const text = { type: 'string' };
const number = { type: 'number' };
const integer = { type: 'integer' };
const object = (properties: JsonObject, rest: JsonObject = {}) => ({ type: 'object', properties, ...rest });
const anyOf = (...members: JsonObject[]) => ({ anyOf: members });
const constant = (value: string) => ({ type: 'string', const: value });
const choice = (...values: string[]) => ({ type: 'string', enum: values });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** To refer to; both descriptions have them. */
const schemas = {
  Cat: object({ type: constant('cat'), name: text }),
  Dog: object({ type: constant('dog'), name: text }),
  Bird: object({ type: constant('bird'), name: text }),
  Colour: choice('red', 'blue'),
  Node: object({ children: { type: 'array', items: ref('Node') } }),
  OtherNode: object({ children: { type: 'array', items: ref('OtherNode') } }),
  NamedNode: object({ name: text, children: { type: 'array', items: ref('NamedNode') } }),
  Base: object({ id: text }, { required: ['id'] }),
};

type Row = [title: string, before: JsonObject, after: JsonObject, request: string, response: string];

const same = (title: string, before: JsonObject, after: JsonObject): Row => [title, before, after, '', ''];

const both = (title: string, before: JsonObject, after: JsonObject, want: string): Row => [
  title,
  before,
  after,
  want,
  want,
];

describe.each<[string, Row[]]>([
  [
    'properties',
    [
      both('a new optional one', object({}), object({ a: text }), 'additive property-added at a'),
      [
        'a new required one',
        object({}),
        object({ a: text }, { required: ['a'] }),
        'breaking required-property-added at a',
        'additive required-property-added at a',
      ],
      both('one that is gone', object({ a: text }), object({}), 'breaking property-removed at a'),
      [
        'one that is required now',
        object({ a: text }),
        object({ a: text }, { required: ['a'] }),
        'breaking property-required at a',
        'additive property-required at a',
      ],
      [
        'one that is optional now',
        object({ a: text }, { required: ['a'] }),
        object({ a: text }),
        'additive property-optional at a',
        'breaking property-optional at a',
      ],
      both(
        'a tag that is required now, as overlays make it anyway',
        object({ type: constant('a') }),
        object({ type: constant('a') }, { required: ['type'] }),
        'documentation tag-requirement-changed at type',
      ),
      [
        'a new tag, which overlays make required',
        object({}),
        object({ type: constant('a') }),
        'breaking tag-added at type',
        'additive tag-added at type',
      ],
      [
        'no other ones any more',
        object({}),
        object({}, { additionalProperties: false }),
        'breaking other-properties-refused',
        'documentation other-properties-refused',
      ],
      [
        'other ones now',
        object({}, { additionalProperties: false }),
        object({}, { additionalProperties: true }),
        'additive other-properties-allowed',
        'documentation other-properties-allowed',
      ],
      both(
        'another type of the other ones',
        object({}, { additionalProperties: text }),
        object({}, { additionalProperties: integer }),
        'breaking type-changed at *',
      ),
      both(
        'one deep inside',
        object({ a: { type: 'array', items: object({ b: text }) } }),
        object({ a: { type: 'array', items: object({}) } }),
        'breaking property-removed at a[].b',
      ),
      both(
        'one with a name that every object has',
        object({ constructor: text }),
        object({}),
        'breaking property-removed at constructor',
      ),
      same(
        'one that is called like a keyword',
        object({ title: text, $ref: text }),
        object({ title: text, $ref: text }),
      ),
    ],
  ],
  [
    'types',
    [
      both('another one', text, integer, 'breaking type-changed'),
      ['a fraction', integer, number, 'additive fractions-allowed', 'documentation fractions-allowed'],
      ['no fraction', number, integer, 'breaking fractions-refused', 'documentation fractions-refused'],
      ['null', text, { type: ['string', 'null'] }, 'additive null-allowed', 'breaking null-allowed'],
      ['no null', { type: ['string', 'null'] }, text, 'breaking null-refused', 'additive null-refused'],
      ['anything', text, {}, 'additive type-widened', 'breaking type-widened'],
      ['no longer anything', {}, text, 'breaking type-narrowed', 'additive type-narrowed'],
      both(
        'binary',
        text,
        { type: 'string', format: 'binary' },
        'documentation format-changed, breaking binary-changed',
      ),
      both('another format', text, { type: 'string', format: 'uuid' }, 'documentation format-changed'),
    ],
  ],
  [
    'values',
    [
      both('one more', choice('a', 'b'), choice('a', 'b', 'c'), 'additive enum-value-added'),
      [
        'one fewer',
        choice('a', 'b', 'c'),
        choice('a', 'b'),
        'breaking enum-value-removed',
        'documentation enum-value-removed',
      ],
      ['only some', text, choice('a', 'b'), 'breaking values-restricted', 'additive values-restricted'],
      both('any', choice('a', 'b'), text, 'additive values-freed'),
      both(
        'an enum beside any text',
        choice('a', 'b'),
        anyOf(choice('a', 'b'), text),
        'additive values-freed',
      ),
      both('another constant', constant('a'), constant('b'), 'breaking constant-changed'),
      [
        'a constant that varies',
        constant('a'),
        choice('a', 'b'),
        'additive constant-freed',
        'breaking constant-freed',
      ],
    ],
  ],
  [
    'unions',
    [
      ['a type beside another', text, anyOf(text, integer), 'additive member-added', 'breaking member-added'],
      both('a type that is gone', anyOf(text, integer), text, 'breaking member-removed'),
      both(
        'one more schema with a tag',
        anyOf(ref('Cat'), ref('Dog')),
        anyOf(ref('Cat'), ref('Dog'), ref('Bird')),
        'additive tagged-member-added',
      ),
      [
        'a union where there was one schema',
        ref('Cat'),
        anyOf(ref('Cat'), ref('Dog')),
        'additive member-added',
        'breaking member-added',
      ],
      both(
        'one schema fewer',
        anyOf(ref('Cat'), ref('Dog'), ref('Bird')),
        anyOf(ref('Bird'), ref('Cat')),
        'breaking member-removed',
      ),
      both(
        'a member that changes',
        anyOf(text, object({ a: text, b: text })),
        anyOf(object({ a: integer, b: text }), text),
        'breaking type-changed at a',
      ),
      [
        'one of two lists',
        anyOf({ type: 'array', items: text }, { type: 'array', items: integer }),
        anyOf({ type: 'array', items: number }, { type: 'array', items: text }),
        'additive fractions-allowed at []',
        'documentation fractions-allowed at []',
      ],
    ],
  ],
  [
    'constraints',
    [
      [
        'a lower bound',
        integer,
        { type: 'integer', minimum: 1 },
        'breaking constraint-tightened',
        'documentation constraint-tightened',
      ],
      [
        'a lower bound that falls',
        { minimum: 2 },
        { minimum: 1 },
        'additive constraint-loosened',
        'documentation constraint-loosened',
      ],
      [
        'an upper bound that rises',
        { maxLength: 2 },
        { maxLength: 3 },
        'additive constraint-loosened',
        'documentation constraint-loosened',
      ],
      [
        'an upper bound that falls',
        { maxItems: 2 },
        { maxItems: 1 },
        'breaking constraint-tightened',
        'documentation constraint-tightened',
      ],
      [
        'a pattern',
        { type: 'string' },
        { type: 'string', pattern: '^a' },
        'breaking constraint-tightened',
        'documentation constraint-tightened',
      ],
      [
        'no pattern',
        { type: 'string', pattern: '^a' },
        { type: 'string' },
        'additive constraint-loosened',
        'documentation constraint-loosened',
      ],
      [
        'another pattern',
        { pattern: '^a' },
        { pattern: '^b' },
        'breaking constraint-changed',
        'documentation constraint-changed',
      ],
      [
        'a keyword that no rule knows',
        {},
        { not: { type: 'string' } },
        'breaking constraint-changed',
        'documentation constraint-changed',
      ],
      same('no minimum, and a minimum of nothing', text, { type: 'string', minLength: 0 }),
    ],
  ],
  [
    'what no type says',
    [
      [
        'another default',
        { default: 1 },
        { default: 2 },
        'additive default-changed',
        'documentation default-changed',
      ],
      both('a default that is named', text, { ...text, default: 'a' }, 'documentation default-noted'),
      both(
        'another description',
        { ...text, description: 'a' },
        { ...text, description: 'b' },
        'documentation text-changed',
      ),
      both('another title', { ...text, title: 'a' }, { ...text, title: 'b' }, 'documentation text-changed'),
      both(
        'other examples',
        { ...text, examples: ['a'] },
        { ...text, examples: ['b'] },
        'documentation text-changed',
      ),
      both('deprecation', text, { ...text, deprecated: true }, 'documentation deprecated'),
      both('no deprecation', { ...text, deprecated: true }, text, 'documentation no-longer-deprecated'),
      both('read-only', text, { ...text, readOnly: true }, 'documentation access-changed'),
      both('an extension', text, { ...text, 'x-a': 1 }, 'documentation other-changed'),
      both(
        'a discriminator',
        anyOf(ref('Cat'), ref('Dog')),
        { ...anyOf(ref('Cat'), ref('Dog')), discriminator: { propertyName: 'type' } },
        'documentation discriminator-changed',
      ),
    ],
  ],
  [
    'references',
    [
      same('a schema written in place', object({ a: ref('Colour') }), object({ a: choice('blue', 'red') })),
      same('a schema that got a name', object({ a: choice('blue', 'red') }), object({ a: ref('Colour') })),
      both('one that holds the same', ref('Node'), ref('OtherNode'), 'documentation type-replaced'),
      both('one that holds more', ref('Node'), ref('NamedNode'), 'additive type-replaced'),
      both('one that holds less', ref('NamedNode'), ref('Node'), 'breaking type-replaced'),
      both(
        'one that leads nowhere',
        object({ a: text }),
        object({ a: ref('Nothing') }),
        'breaking reference-broken at a',
      ),
      both(
        'one that led nowhere',
        object({ a: ref('Nothing') }),
        object({ a: text }),
        'additive reference-repaired at a',
      ),
      both(
        'one that leads out of the document',
        object({ a: text }),
        object({ a: { $ref: 'b.yaml' } }),
        'breaking reference-broken at a',
      ),
    ],
  ],
  [
    'composition',
    [
      both(
        'an addition',
        { allOf: [ref('Base'), object({})] },
        { allOf: [ref('Base'), object({ a: text })] },
        'additive property-added at a',
      ),
      same(
        'a base written in place',
        { allOf: [ref('Base'), object({ a: text })] },
        object({ a: text, id: text }, { required: ['id'] }),
      ),
      both(
        'a base that is gone',
        { allOf: [ref('Base'), object({ a: text })] },
        object({ a: text }),
        'breaking property-removed at id',
      ),
      [
        'a property of the base that is required now',
        { allOf: [ref('Base'), object({})] },
        { allOf: [ref('Base'), object({}, { required: ['a'] })] },
        'breaking property-required at a',
        'additive property-required at a',
      ],
      same(
        'a property that the base has as well',
        { allOf: [ref('Base'), object({})] },
        { allOf: [ref('Base'), object({ id: text })] },
      ),
    ],
  ],
  [
    'one meaning in two forms',
    [
      same('null', { type: 'string', nullable: true }, anyOf(text, { type: 'null' })),
      same(
        'null beside a reference',
        { allOf: [ref('Cat')], nullable: true },
        anyOf({ type: 'null' }, ref('Cat')),
      ),
      same('null among values', { enum: ['a', 'b', null] }, { type: ['string', 'null'], enum: ['b', 'a'] }),
      same('a constant', constant('a'), choice('a')),
      same('two types', { type: ['string', 'integer'] }, anyOf(integer, text)),
      same('a union in a union', anyOf(text, anyOf(integer, { type: 'null' })), {
        oneOf: [{ type: 'null' }, text, integer],
      }),
      same('a union of one', { anyOf: [text] }, text),
      same('the order of members', anyOf(ref('Cat'), ref('Dog')), { oneOf: [ref('Dog'), ref('Cat')] }),
      same(
        'the order of what is required',
        object({ a: text, b: text }, { required: ['a', 'b'] }),
        object({ b: text, a: text }, { required: ['b', 'a'] }),
      ),
      same('prose in another width', { description: 'one\ntwo\n' }, { description: ' one  two' }),
      same('what is false', { ...text, deprecated: false }, text),
    ],
  ],
])('%s', (_, rows) => {
  test.each(rows)('%s', (_title, before, after, request, response) => {
    expect(changes('request', before, after, schemas)).toBe(request);
    expect(changes('response', before, after, schemas)).toBe(response);
  });
});
