import { expect, test } from 'vitest';

import { generateSchemaTypes } from '../../../../codegen/generate/openapi-typescript.js';
import { documentOf } from '../../../helpers/small-document.js';

const open = '{ type: string, enum: [a, b], x-open-enum: true }';
const type = `("a" | "b" | (string & {}))`;

test.each<[place: string, schema: string, written: string]>([
  ['component', open, type],
  ['property', `{ type: object, required: [state], properties: { state: ${open} } }`, `{ state: ${type}; }`],
  ['list', `{ type: array, items: ${open} }`, `${type}[]`],
  ['map', `{ type: object, additionalProperties: ${open} }`, `{ [key: string]: ${type}; }`],
  ['union', `{ oneOf: [${open}, { type: integer }] }`, `${type} | number`],
])('an enum is open in a %s', (_, schema, written) => {
  const document = documentOf('{}', `{ schemas: { Answer: ${schema} } }`);

  const [, response = ''] = /Answer: (.*?);\s+\};\s+responses:/s.exec(generateSchemaTypes(document))!;

  const plain = (text: string): string =>
    text
      .replaceAll(/\/\*\*.*?\*\/|[()]/gs, '')
      .replaceAll(/\s+/g, ' ')
      .trim();
  expect(plain(response)).toBe(plain(written));
});
