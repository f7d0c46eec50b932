import { expect, test } from 'vitest';

import { operations } from '../../../generated/api.gen.js';
import { bindResources } from '../../../src/resources/bind.js';
import { createTransport } from '../../../src/transport/transport.js';

test('the tree of methods has the shape of the table', () => {
  const fetch = () => Promise.reject(new Error('There was to be no request'));

  const bound = bindResources(createTransport({ apiKey: 'k', fetch }));

  expect(shapeOf(bound)).toEqual(shapeOf(operations));
});

/** The tree with its leaves, methods or rows of the table, blanked. */
function shapeOf(node: object): unknown {
  if (typeof node === 'function' || 'send' in node) return 'operation';
  return Object.fromEntries(Object.entries(node).map(([name, child]) => [name, shapeOf(child as object)]));
}
