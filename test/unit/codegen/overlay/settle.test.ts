import { expect, test } from 'vitest';

import type { JsonObject } from '../../../../codegen/json.js';
import { readAction, type Overlay } from '../../../../codegen/overlay/overlay.js';
import { settleOverlays } from '../../../../codegen/overlay/settle.js';

const overlayOf = (...actions: readonly JsonObject[]): Overlay => ({
  file: 'test.overlay.yaml',
  title: 'Test',
  generatorsOnly: false,
  actions: actions.map((action, index) =>
    readAction({ description: 'For a test.', ...action }, `action ${index}`),
  ),
});

/** What is left out of these actions, and what the others make of a document. */
function settle(...actions: readonly JsonObject[]) {
  const document: JsonObject = { books: { a: { pages: 1 }, b: { pages: 2 } }, name: 'library' };
  const unsettled = settleOverlays(document, [overlayOf(...actions)]);
  return { document, unsettled: unsettled.map(({ index, reason, matches }) => ({ index, reason, matches })) };
}

const rename: JsonObject = { target: '$', update: { name: 'renamed' } };

test('actions that fit are applied, and nothing is reported of them', () => {
  expect(settle(rename, { target: '$.books.*', 'x-expect': 2, update: { pages: 3 } })).toEqual({
    document: { books: { a: { pages: 3 }, b: { pages: 3 } }, name: 'renamed' },
    unsettled: [],
  });
});

test('one that fails is reported with its reason in one sentence, and those after it are applied', () => {
  expect(settle({ target: '$.shelves', remove: true }, rename)).toEqual({
    document: expect.objectContaining({ name: 'renamed' }),
    unsettled: [{ index: 0, reason: 'Matches nothing.', matches: undefined }],
  });
});

test('one whose count alone is another is applied, with the count that is right', () => {
  const { document, unsettled } = settle(
    { target: '$.books.*', 'x-expect': 5, update: { pages: 9 } },
    { target: '$.books.a', 'x-expect': 2, remove: true },
  );

  expect(document.books).toEqual({ b: { pages: 9 } });
  expect(unsettled.map(({ index, matches }) => [index, matches])).toEqual([
    [0, 2],
    [1, 1],
  ]);
});

test.each<[title: string, action: JsonObject]>([
  ['matches nothing any more', { target: '$.shelves.*', 'x-expect': 2, remove: true }],
  ['does not fit what it matches', { target: '$.name', 'x-expect': 2, update: { a: 1 } }],
  ['copies from what is gone', { target: '$.books', 'x-expect': 1, copy: '$.shelves' }],
])('one that %s has no count that is right', (_, action) => {
  const { unsettled } = settle(action);

  expect(unsettled).toHaveLength(1);
  expect(unsettled[0]!.matches).toBeUndefined();
});

test('one that fits in some places only leaves nothing half done', () => {
  const document: JsonObject = { list: [{ a: 1 }, { a: { b: 1 } }] };

  const unsettled = settleOverlays(document, [overlayOf({ target: '$.list[*]', update: { a: 2 } })]);

  expect(unsettled).toHaveLength(1);
  expect(document).toEqual({ list: [{ a: 1 }, { a: { b: 1 } }] });
});

test('each is told by its overlay and its place in it', () => {
  const gone: JsonObject = { target: '$.gone', remove: true };
  const [first, second] = [overlayOf(rename, gone), overlayOf(gone)];

  const unsettled = settleOverlays({ name: 'library' }, [first, second]);

  expect(unsettled.map(({ overlay, index, action }) => [overlay, index, action.target])).toEqual([
    [first, 1, '$.gone'],
    [second, 0, '$.gone'],
  ]);
});
