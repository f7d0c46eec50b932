import { describe, expect, test } from 'vitest';

import { emitApi } from '../../../../codegen/emit/api.js';
import { emitReference } from '../../../../codegen/emit/reference.js';
import type { JsonObject } from '../../../../codegen/description/json.js';
import { repairSpelling } from '../../../../codegen/repair/repair-document.js';
import { collectOperations } from '../../../../codegen/description/operations.js';
import { documentOf } from '../../../helpers/small-document.js';

/** A deprecated operation beside another, both of which get other ids after they were mended, as by an overlay. */
function described(more: string): JsonObject {
  const document = documentOf(`
/v1/books:
  get: { operationId: list_books, deprecated: true, ${more} responses: { '204': {} } }
/v1/books/pages:
  get: { operationId: list_pages, responses: { '204': {} } }`);
  repairSpelling(document);
  const paths = document.paths as Record<string, Record<string, JsonObject>>;
  paths['/v1/books']!.get!.operationId = 'books.list';
  paths['/v1/books/pages']!.get!.operationId = 'books.listPages';
  return document;
}

describe('a deprecated operation says in its comment and in the reference', () => {
  test.each<[title: string, more: string, comment: string, reference: string]>([
    ['that it is', '', '@deprecated Upstream marks this operation as deprecated.', '**Deprecated.** `GET'],
    [
      'why',
      'x-speakeasy-deprecation-message: "Cannot\\n be shared",',
      '@deprecated Cannot be shared',
      '**Deprecated.** Cannot be shared. `GET',
    ],
    [
      'what replaces it, by the name of the method',
      'x-speakeasy-deprecation-message: Old., x-speakeasy-deprecation-replacement: list_pages,',
      '@deprecated Old. Use `books.listPages` instead.',
      '**Deprecated.** Old. Use `books.listPages` instead. `GET',
    ],
    [
      'the same where the extension is of no tool',
      'x-deprecation-message: Old., x-deprecation-replacement: list_pages,',
      '@deprecated Old. Use `books.listPages` instead.',
      '**Deprecated.** Old. Use `books.listPages` instead. `GET',
    ],
    [
      'nothing of a replacement that is not there',
      'x-deprecation-message: Old., x-deprecation-replacement: list_shelves,',
      '@deprecated Old.',
      '**Deprecated.** Old. `GET',
    ],
  ])('%s', (_, more, comment, reference) => {
    const document = described(more);
    const operations = collectOperations(document);

    expect(emitApi(document, operations).match(/@deprecated.*/g)).toEqual([comment]);
    expect(emitReference(document, operations).match(/\*\*Deprecated.*`GET/g)).toEqual([reference]);
  });
});
