import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { stringify } from 'yaml';

import { emitApi } from './emit/api.js';
import { emitOperations } from './emit/operations.js';
import { emitCrossCheck } from './emit/cross-check.js';
import { emitMock } from './emit/mock.js';
import { emitParams } from './emit/params.js';
import { emitReference } from './emit/reference.js';
import { generateWithHeyApi } from './hey-api.js';
import type { JsonObject } from './json.js';
import { generateSchemaTypes } from './openapi-typescript.js';
import type { Operation } from './operations.js';
import { applyOverlay } from './overlay/apply.js';
import type { Overlay } from './overlay/overlay.js';

/** Write the effective document, as `openapi.yaml`. */
export function writeDocument(document: JsonObject, folder: string): string {
  const file = join(folder, 'openapi.yaml');
  const header = '# Generated from spec/openapi.yaml and overlays/ by `npm run codegen`. Do not edit.\n';
  const yaml = stringify(document, { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1' });
  writeFileSync(file, header + yaml);
  return file;
}

/**
 * Write all TypeScript files and the reference, unformatted.
 *
 * @param overlays - Those for the generators alone.
 * @param onMisfit - Is told of an answer of the mock that does not fit its schema.
 */
export async function generate(
  document: JsonObject,
  operations: readonly Operation[],
  overlays: readonly Overlay[],
  folder: string,
  onMisfit: (message: string) => void,
): Promise<void> {
  const forGenerators = structuredClone(document);
  for (const overlay of overlays) applyOverlay(forGenerators, overlay);

  await generateWithHeyApi(forGenerators, folder);
  writeFileSync(join(folder, 'schema.gen.ts'), await generateSchemaTypes(forGenerators));
  writeFileSync(join(folder, 'params.gen.ts'), emitParams(operations));
  writeFileSync(join(folder, 'api.gen.ts'), emitApi(document, operations));
  writeFileSync(join(folder, 'operations.gen.ts'), emitOperations(operations));
  writeFileSync(join(folder, 'cross-check.gen.ts'), emitCrossCheck(operations));
  writeFileSync(join(folder, 'mock.gen.ts'), emitMock(document, operations, onMisfit));
  writeFileSync(join(folder, 'api.md'), emitReference(document, operations));
}

/** `75 operations: 7 stream, 7 page, …` */
export function describeOperations(operations: readonly Operation[]): string {
  const count = (kind: Operation['kind']) => operations.filter((operation) => operation.kind === kind).length;
  return `${operations.length} operations: ${count('stream')} stream, ${count('page')} page, ${count('binary')} binary, ${count('void')} empty`;
}
