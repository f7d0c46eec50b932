import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

/** Runs a script of scripts/ in another folder; its words are what it prints, on both streams. */
export function runScript(script: string, folder: string): { status: number | null; words: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', resolve('node_modules/tsx/dist/loader.mjs'), resolve('scripts', script)],
    { cwd: folder, encoding: 'utf8' },
  );
  return { status, words: stdout + stderr };
}
