import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';

/**
 * Replace a folder as a whole by what a function writes: when it fails, the folder is what it was before.
 *
 * @param write - Is handed an empty folder beside the other one.
 */
export async function replaceFolder<Result>(
  folder: string,
  write: (next: string) => Promise<Result>,
): Promise<Result> {
  const next = `${folder}.next`;
  rmSync(next, { recursive: true, force: true });
  mkdirSync(next, { recursive: true });
  try {
    const result = await write(next);
    swap(folder, next);
    return result;
  } finally {
    rmSync(next, { recursive: true, force: true });
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
