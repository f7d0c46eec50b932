import { expect, test } from 'vitest';

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

const placesKept = (document: JsonObject, before: JsonObject, overlay = ours): string[] =>
  keepDropped(document, before, [overlay]).map((kept) => kept['x-until']);

test('what an overlay refers to is kept with all that it refers to, as it was', () => {
  const before = documentOf({ Lamp: { items: ref('Bulb') }, Bulb: { items: ref('Lamp') }, Other: {} });

  const kept = keepDropped(documentOf({}), before, [ours]);

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
