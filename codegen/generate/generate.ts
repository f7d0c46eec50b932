import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { emitApi } from '../emit/api.js';
import { emitOperations } from '../emit/operations.js';
import { emitCrossCheck } from '../emit/cross-check.js';
import { emitMessageFields } from '../emit/message-fields.js';
import { emitMock } from '../emit/mock.js';
import { emitParams } from '../emit/params.js';
import { emitReference } from '../emit/reference.js';
import { generateWithHeyApi } from './hey-api.js';
import type { JsonObject } from '../description/json.js';
import { generateSchemaTypes } from './openapi-typescript.js';
import type { Operation } from '../description/operations.js';
import { applyOverlay } from '../overlay/apply.js';
import type { Overlay } from '../overlay/overlay.js';
import { begin } from '../run/begin.js';
import { writeDocument } from '../files/write-document.js';

/**
 * Write the description, all TypeScript files and the reference, unformatted.
 *
 * @param overlays - Those for the generators alone.
 * @param onMisfit - Is told of a response of the mock that does not fit its schema.
 * @param onWritten - Is called whenever the folder has got new files.
 */
export async function generate(
  document: JsonObject,
  operations: readonly Operation[],
  overlays: readonly Overlay[],
  folder: string,
  onMisfit: (message: string) => void,
  onWritten: () => void = () => undefined,
): Promise<void> {
  const writing = begin(() => writeDocument(document, folder));
  try {
    const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
    const forGenerators = structuredClone(document);
    for (const overlay of overlays) applyOverlay(forGenerators, overlay);
    // What takes longest to format comes first: a thread formats each while the next is generated, and all is compared.
    write('schema.gen.ts', generateSchemaTypes(forGenerators));
    onWritten();
    const types = await generateWithHeyApi(forGenerators, folder);
    onWritten();
    write('params.gen.ts', types.inline(emitParams(operations)));
    write('api.gen.ts', types.inline(emitApi(document, operations)));
    write('operations.gen.ts', emitOperations(document, operations));
    write('cross-check.gen.ts', emitCrossCheck(operations));
    write('mock.gen.ts', emitMock(document, operations, onMisfit));
    write('message-fields.gen.ts', emitMessageFields(document, operations));
    write('api.md', emitReference(document, operations));
    onWritten();
    await writing;
  } finally {
    // When the folder is removed after a failure, nothing may still be writing to it.
    await Promise.allSettled([writing]);
  }
}
