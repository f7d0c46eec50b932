import { readFileSync } from 'node:fs';

import { LineCounter, parseDocument } from 'yaml';

import type { JsonValue } from './json.js';
import { PipelineError } from './pipeline-error.js';

/**
 * Read a YAML 1.2 file.
 *
 * @throws {PipelineError} if the file is missing, is not valid YAML, or repeats a key; names line and column.
 */
export function readYaml(file: string): JsonValue {
  const lineCounter = new LineCounter();
  const document = parseDocument(readText(file), { lineCounter, uniqueKeys: true });
  const [fault] = document.errors;
  if (fault) {
    const { line, col } = lineCounter.linePos(fault.pos[0]);
    const reason = fault.message.split('\n', 1)[0]!.replace(/ at line \d+, column \d+:$/, '');
    throw new PipelineError(
      `${file}:${line}:${col}: not valid YAML: ${reason}\n  Mend the file at that line.`,
    );
  }
  try {
    return document.toJS() as JsonValue;
  } catch (cause) {
    throw new PipelineError(`${file}: not valid YAML: ${(cause as Error).message}\n  Mend the file.`, {
      cause,
    });
  }
}

/** @throws {PipelineError} if there is no such file. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new PipelineError(
      `${file}: cannot be read (${(cause as NodeJS.ErrnoException).code}). Restore the file.`,
      {
        cause,
      },
    );
  }
}
