import { expect, test } from 'vitest';

import { bindResources } from '../../../src/resources/bind.js';
import { createTransport } from '../../../src/transport/transport.js';
import { operationTable } from '../../helpers/operation-table.js';

test('the tree of methods has one for each operation of the table, and no other', () => {
  const fetch = () => Promise.reject(new Error('There was to be no request'));

  const bound = bindResources(createTransport({ apiKey: 'k', fetch }));

  expect(methodsIn(bound)).toEqual(operationTable.map(({ id }) => id));
});

const methodsIn = (node: object, path: readonly string[] = []): string[] =>
  typeof node === 'function'
    ? [path.join('.')]
    : Object.entries(node).flatMap(([name, child]) => methodsIn(child as object, [...path, name]));
