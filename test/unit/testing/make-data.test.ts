import { describe, expect, test } from 'vitest';

import { textNamed } from '../../../codegen/emit/sample.js';
import { named, type MockPage } from '../../../generated/mock.gen.js';
import { makeData, makeItems } from '../../../src/testing/make-data.js';

test.each(['name', 'version_message', 'voice_id', 'valid_until', 'id'])(
  'a text of the property %s is what the generator checked against the schema',
  (property) => {
    expect(makeData({ [property]: named })).toEqual({ [property]: textNamed(property) });
  },
);

test('data has the values of its shape, however deep, in objects of its own', () => {
  const shape = { usage: { total_tokens: 3 }, tools: [{ name: named }], error: null, stop: false };
  const data = makeData(shape);

  expect(data).toEqual({ ...shape, tools: [{ name: 'Example name' }] });
  expect((data as typeof shape).usage).not.toBe(shape.usage);
  expect((data as typeof shape).tools).not.toBe(shape.tools);
});

describe('the items of a list', () => {
  const list = (items: readonly unknown[], varied: readonly string[]): MockPage => ({
    kind: 'page',
    body: [],
    items,
    varied,
    place: '',
    style: 'page',
    page: 'page',
    first: 0,
    defaultSize: 2,
  });

  test.each<[what: string, sample: unknown, last: unknown]>([
    ['ids', { id: 'agent_1' }, { id: 'agent_5' }],
    ['UUIDs', { id: '497f6eca-6276-4993-bfeb-53cbbbba6f08' }, { id: '00000000-0000-4000-8000-000000000005' }],
    ['names', { name: 'Ada' }, { name: 'Ada 5' }],
    ['names of files', { filename: 'example.jsonl' }, { filename: 'example 5.jsonl' }],
    ['names that follow from the property', { name: named }, { name: 'Example name 5' }],
    ['times', { created_at: '2026-03-04T09:00:00Z' }, { created_at: '2026-03-04T05:00:00Z' }],
    ['times in seconds', { created: 1772614800 }, { created: 1772600400 }],
    ['what is absent in one of several kinds', { id: 'a_1' }, { id: 'a_5' }],
    ['no value of another kind', { name: null }, { name: null }],
  ])('differ in %s', (_, sample, last) => {
    const items = makeItems(list([sample], ['title', ...Object.keys(sample as object)]));

    expect(items).toHaveLength(5);
    expect(items[0]).toEqual(makeData(sample));
    expect(items[4]).toEqual(last);
  });

  test('have versions that count down to the first', () => {
    expect(makeItems(list([{ version: 0 }], ['version']))).toEqual(
      [5, 4, 3, 2, 1].map((version) => ({ version })),
    );
  });

  test('are of each kind in turn', () => {
    const kinds = [{ id: 'file_1' }, { id: 'folder_1', files: [] }];

    expect(makeItems(list(kinds, ['id']))).toEqual([
      { id: 'file_1' },
      { id: 'folder_2', files: [] },
      { id: 'file_3' },
      { id: 'folder_4', files: [] },
      { id: 'file_5' },
    ]);
  });

  test('are the same where nothing may differ', () => {
    expect(makeItems(list(['ready', 'done'], []))).toEqual(['ready', 'done', 'ready', 'done', 'ready']);
  });
});
