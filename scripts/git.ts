import { spawnSync } from 'node:child_process';

/** What git prints in the folder, or nothing where it fails: no such ref, or no repository at all. */
export function git(folder: string, ...words: string[]): string | undefined {
  const { status, stdout } = spawnSync('git', words, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 });
  return status === 0 ? stdout : undefined;
}
