import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { runNode } from './run-node.js';

/** A copy of a folder that is being formatted. */
export interface Formatting {
  /**
   * Wait for it, and put the files into the folder.
   *
   * @returns the number of files.
   */
  finish(): Promise<number>;
  /** Wait for it, and remove the copy; the folder stays as it is. */
  discard(): Promise<void>;
}

/** Begin to format the TypeScript files of a folder with the repository's prettier settings, beside what else happens. */
export function startFormatting(folder: string): Formatting {
  const copy = mkdtempSync(join(tmpdir(), 'mistral-sdk-'));
  cpSync(folder, copy, { recursive: true, filter: (name) => !/\.(ya?ml|md)$/.test(name) });
  const formatting = prettier(['--write', '--log-level', 'warn', copy]);
  // Its failure comes out of `finish()`.
  formatting.catch(() => undefined);
  return {
    async finish() {
      const { stderr, status } = await formatting;
      if (status !== 0) throw new Error(`prettier could not format what was generated:\n${stderr}`);
      cpSync(copy, folder, { recursive: true });
      const names = readdirSync(copy, { recursive: true, encoding: 'utf8' });
      return names.filter((name) => name.endsWith('.ts')).length;
    },
    async discard() {
      await formatting.catch(() => undefined);
      rmSync(copy, { recursive: true, force: true });
    },
  };
}

function prettier(args: readonly string[]) {
  const script = fileURLToPath(new URL('bin/prettier.cjs', import.meta.resolve('prettier/package.json')));
  const config = fileURLToPath(new URL('../.prettierrc.json', import.meta.url));
  return runNode([script, '--config', config, ...args]);
}
