import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { stringify } from 'yaml';

import type { JsonObject } from './json.js';

/** Write the effective document, as `openapi.yaml`. */
export function writeDocument(document: JsonObject, folder: string): string {
  const file = join(folder, 'openapi.yaml');
  const header = '# Generated from spec/openapi.yaml and overlays/ by `npm run codegen`. Do not edit.\n';
  const yaml = stringify(document, { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1' });
  writeFileSync(file, header + yaml);
  return file;
}
