import { $, createClient, definePluginConfig } from '@hey-api/openapi-ts';

import type { JsonObject } from './json.js';

/**
 * Generate types and flat functions with hey-api: `types.gen.ts`, `sdk.gen.ts` and the client types they need.
 *
 * @param document - The effective document with the overlays for generators applied.
 */
export async function generateWithHeyApi(document: JsonObject, folder: string): Promise<void> {
  await createClient({
    input: structuredClone(document),
    output: { path: folder, clean: false, entryFile: false },
    logs: { level: 'silent', file: false },
    plugins: [
      pathsWithoutFragments(),
      {
        name: '@hey-api/typescript',
        definitions: { case: 'preserve' },
        // `x-open-enum`: known values complete in an editor, and any other string is accepted too.
        '~resolvers': {
          enum: (context) =>
            isOpen(context.schema) ? $.type.or(context.nodes.base(context), anyOtherString()) : undefined,
          string: ({ schema }) => (isOpen(schema) ? anyOtherString() : undefined),
        },
      },
      { name: '@hey-api/client-fetch', throwOnError: true },
      { name: '@hey-api/sdk', client: false, responseStyle: 'data' },
    ],
  });
}

/**
 * `#stream` keeps two operations of one URL apart in the document. It never reaches the wire, and
 * a query appended after it would be lost.
 */
const pathsWithoutFragments = definePluginConfig({
  name: 'paths-without-fragments',
  config: { includeInEntry: false },
  dependencies: [],
  handler: ({ plugin }) =>
    plugin.forEach('operation', ({ operation }) => {
      operation.path = operation.path.replace(/#.*$/, '') as typeof operation.path;
    }),
});

const anyOtherString = () => $.type.and($.type('string'), $.type.object());

const isOpen = (schema: object): boolean => 'x-open-enum' in schema && schema['x-open-enum'] === true;
