import { createHash } from 'node:crypto';
import { join } from 'node:path';

import { isObject, nameOfType, type JsonObject } from '../description/json.js';
import { PipelineError } from '../run/pipeline-error.js';
import { readText, readYaml } from './read-yaml.js';

/**
 * Read the vendored description.
 *
 * @param folder - `spec/`.
 * @throws {PipelineError} if it is not the version that `source.json` speaks of, or no description.
 */
export function readVendored(folder: string): JsonObject {
  const file = join(folder, 'openapi.yaml');
  const sourceFile = join(folder, 'source.json');
  const text = readText(file);
  const source = readYaml(sourceFile);
  const expected = isObject(source) ? source.sha256 : undefined;
  const actual = createHash('sha256').update(text).digest('hex');
  if (actual !== expected) {
    throw new PipelineError(
      `${file}: sha256 is ${actual}, and ${sourceFile} says ${String(expected)}.\n  The vendored description is never edited: restore it, or bring in a new version and its source.json together.`,
    );
  }
  const document = readYaml(file);
  if (!isObject(document))
    throw new PipelineError(`${file}: holds ${nameOfType(document)}, not an OpenAPI description.`);
  return document;
}
