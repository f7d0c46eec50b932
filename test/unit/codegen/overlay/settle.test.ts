import { expect, test } from 'vitest';

import type { JsonObject } from '../../../../codegen/description/json.js';
import { applyOverlay } from '../../../../codegen/overlay/apply.js';
import { readAction, type Overlay } from '../../../../codegen/overlay/overlay.js';
import { settleOverlays, supersededActions, withoutActions } from '../../../../codegen/overlay/settle.js';

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

test('one whose `x-until` upstream has is left out, whatever it would do, and what overlays make does not count', () => {
  const { document, unsettled } = settle(
    { target: '$', update: { shelves: {} } },
    { target: '$.books.a', 'x-until': '$.books.b', update: { pages: 9 } },
    { target: '$.gone', 'x-until': '$.name', 'x-expect': 3, remove: true },
    { target: '$.books.a', 'x-until': '$.shelves', update: { lines: 9 } },
  );

  expect(document.books).toEqual({ a: { pages: 1, lines: 9 }, b: { pages: 2 } });
  expect(unsettled).toEqual([
    { index: 1, reason: 'Upstream has $.books.b, until which it applies.', matches: undefined },
    { index: 2, reason: 'Upstream has $.name, until which it applies.', matches: undefined },
  ]);
});

test('without the actions that upstream has superseded, the others keep their numbers', () => {
  const upstream: JsonObject = { books: { a: {} } };
  const overlays = [
    overlayOf({ target: '$.gone', 'x-until': '$.books', remove: true }, { target: '$.lost', remove: true }),
  ];

  const due = withoutActions(overlays, supersededActions(upstream, overlays));

  expect(() => applyOverlay(upstream, due[0]!)).toThrow(/action 2 .*\$\.lost/s);
  expect(overlays[0]!.actions[0]!.change).toEqual({ kind: 'remove' });
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
