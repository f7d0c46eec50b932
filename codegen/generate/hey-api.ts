import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { $, createClient, definePluginConfig } from '@hey-api/openapi-ts';

import { toInterfaces } from './interfaces.js';
import { OperationTypes } from './operation-types.js';
import { isObject, type JsonObject } from '../description/json.js';
import { PipelineError } from '../run/pipeline-error.js';
import { widenRequestTypes } from './request-types.js';
import { routesOf } from '../description/routes.js';
import { resolve } from '../description/schema.js';

/** How hey-api reports what it died of. */
interface JobError {
  readonly originalError?: { readonly error?: Error };
}

/**
 * Generate types and flat functions with hey-api: `types.gen.ts` for the schemas, `operation-types.gen.ts`, `sdk.gen.ts` and the
 * client types that these need.
 *
 * @param document - The effective document with the overlays for generators applied.
 * @returns the types of the operations, for the files that need what they stand for.
 * @throws {PipelineError} if hey-api cannot read it.
 */
export async function generateWithHeyApi(document: JsonObject, folder: string): Promise<OperationTypes> {
  try {
    await createClient({
      input: withoutEventSource(document),
      output: { path: folder, clean: false, entryFile: false },
      logs: { level: 'silent', file: false },
      plugins: [
        adjustOperations(),
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
        // The transport sets the key.
        { name: '@hey-api/sdk', client: false, responseStyle: 'data', auth: false },
      ],
    });
  } catch (cause) {
    const { message } = (cause as JobError).originalError?.error ?? (cause as Error);
    throw new PipelineError(
      `hey-api cannot generate from the description: ${message}\n  Repair the description with an overlay.`,
      { cause },
    );
  }
  const rewrite = (name: string, to: (text: string) => string): void =>
    writeFileSync(join(folder, name), to(readFileSync(join(folder, name), 'utf8')));
  const text = readFileSync(join(folder, 'types.gen.ts'), 'utf8');
  const types = new OperationTypes(toInterfaces(widenRequestTypes(text)), isSchemaOf(document));
  rewrite('types.gen.ts', () => types.schemas);
  writeFileSync(join(folder, 'operation-types.gen.ts'), types.operations);
  for (const file of ['sdk.gen.ts', 'client.gen.ts'])
    rewrite(file, (code) => code.replace("from './types.gen", "from './operation-types.gen"));
  return types;
}

function isSchemaOf({ components }: JsonObject): (name: string) => boolean {
  const schemas = isObject(components) && isObject(components.schemas) ? components.schemas : {};
  return (name) => Object.hasOwn(schemas, name);
}

/**
 * What hey-api should know of operations, and what no description can tell it.
 *
 * In no order of theirs: to find one, of what depends on what, takes it a second for each plugin that asks.
 */
const adjustOperations = definePluginConfig({
  name: 'adjust-operations',
  config: { includeInEntry: false },
  dependencies: [],
  handler: ({ plugin }) =>
    plugin.forEach(
      'operation',
      ({ operation }) => {
        // `#stream` keeps two operations of one URL apart in the document. It never reaches the wire, and a query appended
        // after it would be lost.
        operation.path = operation.path.replace(/#.*$/, '') as typeof operation.path;
        // A response without content is unknown to hey-api unless its status is 204.
        for (const response of Object.values(operation.responses ?? {}))
          if (response && response.mediaType === undefined) response.schema.type = 'void';
      },
      { order: 'declarations', preferGroups: [] },
    ),
});

/**
 * hey-api sends an operation that responds with exactly `text/event-stream` through an event source of its own, which posts
 * again on errors. With a parameter that the server sends anyway, it is an ordinary call.
 */
function withoutEventSource(document: JsonObject): JsonObject {
  const copy = structuredClone(document);
  for (const { definition } of routesOf(copy)) {
    for (const response of Object.values(resolve(copy, definition.responses ?? {}))) {
      const { content } = resolve(copy, response);
      if (!isObject(content) || content['text/event-stream'] === undefined) continue;
      content['text/event-stream; charset=utf-8'] = content['text/event-stream'];
      delete content['text/event-stream'];
    }
  }
  return copy;
}

const anyOtherString = () => $.type.and($.type('string'), $.type.object());

const isOpen = (schema: object): boolean => 'x-open-enum' in schema && schema['x-open-enum'] === true;
