import { describe, expect, test } from 'vitest';

import type { JsonObject } from '../../../../codegen/description/json.js';
import { readAction, type Overlay } from '../../../../codegen/overlay/overlay.js';
import { PipelineError } from '../../../../codegen/run/pipeline-error.js';
import { keepDropped } from '../../../../codegen/propose/keep-dropped.js';

const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

const documentOf = (schemas: JsonObject, paths: JsonObject = {}): JsonObject => ({
  openapi: '3.1.0',
  paths,
  components: { schemas },
});

const overlayOf = (...actions: readonly JsonObject[]): Overlay => ({
  file: 'overlays/25-ours.overlay.yaml',
  title: 'Ours',
  generatorsOnly: false,
  actions: actions.map((action) => readAction({ description: 'For a test.', ...action }, 'action')),
});

const ours = overlayOf({ target: '$.components.schemas', update: { Ours: { items: ref('Lamp') } } });

const dropping = { date: '2026-08-13', isDropped: () => false };

const placesKept = (document: JsonObject, before: JsonObject, overlay = ours): string[] =>
  keepDropped(document, before, [overlay], dropping).map((kept) => kept['x-until']);

test('what an overlay refers to is kept with all that it refers to, as it was', () => {
  const before = documentOf({ Lamp: { items: ref('Bulb') }, Bulb: { items: ref('Lamp') }, Other: {} });

  const kept = keepDropped(documentOf({}), before, [ours], dropping);

  expect(kept.map(({ update }) => update)).toEqual([
    { Lamp: { items: ref('Bulb') } },
    { Bulb: { items: ref('Lamp') } },
  ]);
});

test('what upstream still has is not kept', () => {
  const before = documentOf({ Lamp: { items: ref('Bulb') }, Bulb: {} });

  expect(placesKept(documentOf({ Lamp: {} }), before)).toEqual([]);
  expect(placesKept(documentOf({ Bulb: {} }), before)).toEqual(['$.components.schemas.Lamp']);
});

test('what only upstream itself refers to, or an action that no longer fits, is not kept', () => {
  const before = documentOf({ Lamp: {}, Book: {} });

  expect(placesKept(documentOf({ Shelf: { items: ref('Book') }, Lamp: {} }), before)).toEqual([]);
  expect(
    placesKept(
      documentOf({}),
      before,
      overlayOf({ target: '$.components.schemas.Book', update: { items: ref('Lamp') } }),
    ),
  ).toEqual([]);
});

test('an operation that upstream dropped is not kept by what an overlay says of it', () => {
  const overlay = overlayOf({ target: '$.paths', update: { '/v1/lamps': { get: { schema: ref('Lamp') } } } });

  expect(placesKept(documentOf({}), documentOf({ Lamp: {} }), overlay)).toEqual([]);
});

test('a reference of an overlay that leads nowhere in either version is refused with its file', () => {
  expect(() => placesKept(documentOf({}), documentOf({}))).toThrow(PipelineError);
  expect(() => placesKept(documentOf({}), documentOf({}))).toThrow(
    'overlays/25-ours.overlay.yaml: refers to #/components/schemas/Lamp, which neither upstream nor another overlay has.',
  );
});

describe('an operation that upstream dropped', () => {
  const json = (schema: JsonObject): JsonObject => ({ content: { 'application/json': { schema } } });
  const get = { operationId: 'get_lamp', responses: { 200: { description: 'It.', ...json(ref('Lamp')) } } };
  const id = { name: 'lamp_id', in: 'path', required: true, schema: { type: 'string' } };
  const remove = { operationId: 'delete_lamp', parameters: [id], responses: {} };
  const path = '/v1/lamps/{lamp_id}';
  const before = documentOf(
    { Lamp: { items: ref('Bulb') }, Bulb: {}, Other: {} },
    { [path]: { parameters: [id], get, delete: remove }, '/v1/others': { get: { responses: {} } } },
  );
  const others = { '/v1/others': { get: { responses: {} } } };
  const none = overlayOf();

  test('stays as it was, deprecated with the date, with what it refers to and what its path shares', () => {
    const kept = keepDropped(documentOf({ Bulb: {} }, others), before, [none], dropping);

    const deprecated = {
      deprecated: true,
      'x-deprecation-message': "The API's description no longer has it, as of 2026-08-13.",
    };
    expect(kept.map((each) => [each['x-until'], each.update])).toEqual([
      [`$.paths['${path}'].get`, { [path]: { get: { ...get, parameters: [id], ...deprecated } } }],
      ['$.components.schemas.Lamp', { Lamp: { items: ref('Bulb') } }],
      [`$.paths['${path}'].delete`, { [path]: { delete: { ...remove, ...deprecated } } }],
    ]);
  });

  test('alone of its path stays alone', () => {
    const document = documentOf({ Lamp: {} }, { [path]: { get }, ...others });

    expect(placesKept(document, before, none)).toEqual([`$.paths['${path}'].delete`]);
  });

  test('goes if a maintainer says so', () => {
    const isDropped = (route: string) => route === `GET ${path}`;

    const kept = keepDropped(documentOf({}, others), before, [none], { ...dropping, isDropped });

    expect(kept.map((each) => each['x-until'])).toEqual([`$.paths['${path}'].delete`]);
  });

  test('is not kept again where an overlay keeps it already', () => {
    const [first] = keepDropped(documentOf({ Lamp: {} }, others), before, [none], dropping);
    const { 'x-until': until, ...action } = first!;
    const file = 'overlays/05-kept.overlay.yaml';
    const keeping = { ...overlayOf({ ...action, 'x-until': until }), file };

    expect(placesKept(documentOf({ Lamp: {} }, others), before, keeping)).toEqual([
      `$.paths['${path}'].delete`,
    ]);
  });
});
