import { join } from 'node:path';

import { runInWorker } from '../worker/run-in-worker.js';
import type { JsonObject } from '../description/json.js';

/**
 * Write the effective document, as `openapi.yaml`: as it is now, whatever becomes of it meanwhile.
 *
 * @returns where it is.
 */
export async function writeDocument(document: JsonObject, folder: string): Promise<string> {
  const file = join(folder, 'openapi.yaml');
  const header = '# Generated from spec/openapi.yaml and overlays/ by `npm run codegen`. Do not edit.\n';
  await runInWorker('writeYaml', { file, header, document });
  return file;
}
