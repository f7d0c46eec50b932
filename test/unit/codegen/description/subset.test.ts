import { expect, test } from 'vitest';
import { parse } from 'yaml';

import { subsetOf } from '../../../../codegen/description/subset.js';
import { documentOf } from '../../../helpers/small-document.js';

const ref = (name: string): string => `{ $ref: '#/components/${name}' }`;

const document = documentOf(
  `{
    /v1/a: { parameters: [${ref('parameters/P')}], get: { operationId: a.get, responses: { '200': ${ref('responses/R')} } }, post: { operationId: a.create, responses: {} } },
    /v1/b: { get: { operationId: b.get, responses: { '200': { schema: ${ref('schemas/B~1x/properties/id')} } } } },
  }`,
  `{
    parameters: { P: {}, Q: {} },
    responses: { R: { schema: ${ref('schemas/A')} } },
    schemas: { A: { items: ${ref('schemas/A')} }, B/x: { properties: { id: {}, c: ${ref('schemas/C')} } }, C: {}, D: {} },
    securitySchemes: { key: {} },
  }`,
);

test('a subset has the operations that are in it, and the components that these reach', () => {
  const before = structuredClone(document);

  const { paths, components } = subsetOf(document, (id) => id === 'a.get');

  expect(paths).toEqual(
    parse(
      `{ /v1/a: { parameters: [${ref('parameters/P')}], get: { operationId: a.get, responses: { '200': ${ref('responses/R')} } } }, /v1/b: {} }`,
    ),
  );
  expect(components).toEqual(
    parse(
      `{ parameters: { P: {} }, responses: { R: { schema: ${ref('schemas/A')} } }, schemas: { A: { items: ${ref('schemas/A')} } }, securitySchemes: { key: {} } }`,
    ),
  );
  expect(document).toEqual(before);
});

test('a reference into a component keeps all of it', () => {
  expect(Object.keys(subsetOf(document, (id) => id === 'b.get').components as object)).toContain('schemas');
  expect((subsetOf(document, (id) => id === 'b.get').components as { schemas: object }).schemas).toEqual(
    parse(`{ B/x: { properties: { id: {}, c: ${ref('schemas/C')} } }, C: {} }`),
  );
});
