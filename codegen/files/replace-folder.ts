import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';

import { PipelineError } from '../run/pipeline-error.js';

/**
 * Replace a folder as a whole by what a function writes: when it fails, the folder is what it was before.
 *
 * @param write - Is handed an empty folder next to the other one.
 * @throws {PipelineError} if a file or folder cannot be written.
 */
export async function replaceFolder<Result>(
  folder: string,
  write: (next: string) => Promise<Result>,
): Promise<Result> {
  const next = `${folder}.next`;
  try {
    refusing(folder, () => {
      rmSync(next, { recursive: true, force: true });
      mkdirSync(next, { recursive: true });
    });
    const result = await write(next);
    refusing(folder, () => swap(folder, next));
    return result;
  } finally {
    if (existsSync(next)) rmSync(next, { recursive: true, force: true });
  }
}

/** What the file system refuses is no bug of the pipeline. */
function refusing(folder: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new PipelineError(
      `${folder}: cannot be written (${code}). Look at its permissions and at the space that is left.`,
      { cause },
    );
  }
}

/** Renaming is the one step that a full disk or a closed terminal cannot leave half done. */
function swap(folder: string, next: string): void {
  const previous = `${folder}.previous`;
  rmSync(previous, { recursive: true, force: true });
  if (existsSync(folder)) renameSync(folder, previous);
  renameSync(next, folder);
  rmSync(previous, { recursive: true, force: true });
}
