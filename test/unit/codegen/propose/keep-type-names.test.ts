import { describe, expect, test } from 'vitest';

import type { JsonObject } from '../../../../codegen/description/json.js';
import { describe as describeUpstream } from '../../../../codegen/drift/description.js';
import { pairSchemas } from '../../../../codegen/drift/pair-schemas.js';
import { keepTypeNames } from '../../../../codegen/propose/keep-type-names.js';
import { applyAll } from '../../../../codegen/propose/propose.js';
import { repairNames } from '../../../../codegen/repair/repair-document.js';

const documentOf = (schemas: JsonObject, operationId = 'get_books'): JsonObject => ({
  openapi: '3.1.0',
  info: { title: 'Books', version: '1.0.0' },
  paths: { '/v1/books': { get: { operationId, responses: { 204: { description: 'Done.' } } } } },
  components: { schemas },
});

/** Schemas of the last version that have another name now, and what the types of the new version are called then. */
function namesAfter(
  document: JsonObject,
  before: JsonObject,
  pairs: Record<string, string>,
): { readonly proposed: Record<string, unknown>; readonly names: string[] } {
  const proposals = keepTypeNames(document, before, new Map(Object.entries(pairs)));
  applyAll(document, proposals);
  repairNames(document);
  return {
    proposed: Object.fromEntries(
      proposals.map(({ target, update }) => [
        target.replace('$.components.schemas.', ''),
        (update as JsonObject)['x-type-name'],
      ]),
    ),
    names: Object.keys((document.components as { schemas: JsonObject }).schemas),
  };
}

describe('the type of a schema that upstream has renamed', () => {
  test('is called as it was', () => {
    const { proposed, names } = namesAfter(
      documentOf({ Genre: {}, Rack: {} }),
      documentOf({ Genre: {}, Shelf: {} }),
      {
        Genre: 'Genre',
        Shelf: 'Rack',
      },
    );

    expect(proposed).toEqual({ Rack: 'Shelf' });
    expect(names).toEqual(['Genre', 'Shelf']);
  });

  test.each([
    ['an overlay called it', 'ShelfOut', { 'x-type-name': 'Shelf' }, 'Shelf'],
    ['it had to be called', 'Page[Book]', {}, 'PageBook'],
  ])('is called as %s', (_, name, schema, typeName) => {
    const { proposed } = namesAfter(documentOf({ Rack: {} }), documentOf({ [name]: schema }), {
      [name]: 'Rack',
    });

    expect(proposed).toEqual({ Rack: typeName });
  });

  test('is called as it was in the version before the last, too', () => {
    const last = documentOf({ Rack: { 'x-type-name': 'Shelf' } });

    expect(namesAfter(documentOf({ Rack: {} }), last, { Rack: 'Rack' }).proposed).toEqual({ Rack: 'Shelf' });
    expect(namesAfter(documentOf({ Tier: {} }), last, { Rack: 'Tier' }).proposed).toEqual({ Tier: 'Shelf' });
  });

  test('is left alone if upstream now calls it as our overlays did', () => {
    const { proposed, names } = namesAfter(
      documentOf({ Shelf: {} }),
      documentOf({ ShelfOut: { 'x-type-name': 'Shelf' } }),
      { ShelfOut: 'Shelf' },
    );

    expect(proposed).toEqual({});
    expect(names).toEqual(['Shelf']);
  });

  test('has the name that an overlay gives it now', () => {
    const { proposed, names } = namesAfter(
      documentOf({ Rack: { 'x-type-name': 'Stand' } }),
      documentOf({ Shelf: {} }),
      { Shelf: 'Rack' },
    );

    expect(proposed).toEqual({});
    expect(names).toEqual(['Stand']);
  });

  test('may be called as another was that is renamed, too', () => {
    const { proposed, names } = namesAfter(
      documentOf({ Rack: {}, Shelf: {} }),
      documentOf({ Shelf: {}, Board: {} }),
      { Shelf: 'Rack', Board: 'Shelf' },
    );

    expect(proposed).toEqual({ Rack: 'Shelf', Shelf: 'Board' });
    expect(names).toEqual(['Shelf', 'Board']);
  });

  test('has the new name if the old one is that of another', () => {
    const { proposed, names } = namesAfter(
      documentOf({ Rack: {}, Shelf: {}, Board: {} }),
      documentOf({ Shelf: {}, Board: {} }),
      // What is the shelf cannot become the board, so that the rack cannot become the shelf.
      { Shelf: 'Rack', Board: 'Shelf' },
    );

    expect(proposed).toEqual({});
    expect(names).toEqual(['Rack', 'Shelf', 'Board']);
  });

  test('has the new name if the old one is that of an operation', () => {
    const { proposed } = namesAfter(
      documentOf({ Rack: {} }, 'books.list'),
      documentOf({ BooksListData: {} }),
      { BooksListData: 'Rack' },
    );

    expect(proposed).toEqual({});
  });

  test('is not proposed once the schema is gone', () => {
    expect(
      namesAfter(documentOf({ Rack: {} }), documentOf({ Shelf: {} }), { Shelf: 'Gone' }).proposed,
    ).toEqual({});
  });

  test('is found by what it says and where it is used', () => {
    const shelf: JsonObject = {
      type: 'object',
      properties: { name: { type: 'string' }, books: { type: 'integer' }, room: { type: 'string' } },
    };
    const [before, document] = [documentOf({ Shelf: shelf }), documentOf({ Rack: structuredClone(shelf) })];

    const pairs = pairSchemas(describeUpstream(before), describeUpstream(document));

    expect(namesAfter(document, before, Object.fromEntries(pairs)).proposed).toEqual({ Rack: 'Shelf' });
  });

  test('says why, and when that may end', () => {
    const [proposal] = keepTypeNames(
      documentOf({ Rack: {} }),
      documentOf({ Shelf: {} }),
      new Map([['Shelf', 'Rack']]),
    );

    expect(proposal).toEqual({
      target: '$.components.schemas.Rack',
      description:
        "Proposed: upstream's new name for Shelf, whose type people import by that name. Goes when a major version may rename it.",
      update: { 'x-type-name': 'Shelf' },
    });
  });
});
