import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Options } from 'prettier';

import { begin } from '../run/begin.js';
import { runInWorker } from '../worker/run-in-worker.js';

/** Files of one folder that are being formatted; they stay as they are until the end. */
export interface Formatting {
  /** Begin to format the TypeScript files that are new in the folder. */
  takeNew(): void;
  /** Forget a file that is written again, or all of them: `takeNew()` and `finish()` take them as new. */
  forget(name?: string): void;
  /**
   * Take what is still new, wait for all of it, and write it into the folder.
   *
   * @returns the number of files.
   */
  finish(): Promise<number>;
}

/** The repository's own. */
export const prettierSettings = JSON.parse(
  readFileSync(new URL('../../.prettierrc.json', import.meta.url), 'utf8'),
) as Options;

/** Format a text as the repository has it, in a worker thread; its name says what it is. */
export const formatText = (text: string, name: string): Promise<string> =>
  runInWorker('format', { text, options: { ...prettierSettings, filepath: name } });

/** With prettier's other parser of TypeScript: the result is the same, in two thirds of the time. */
const formatTypeScript = (text: string, name: string): Promise<string> =>
  runInWorker('format', { text, options: { ...prettierSettings, filepath: name, parser: 'babel-ts' } });

/** Format the TypeScript files of a folder with the repository's prettier settings, in a worker thread. */
export function startFormatting(folder: string): Formatting {
  const formatted = new Map<string, Promise<string>>();

  const takeNew = (): void => {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts') || formatted.has(name)) continue;
      const text = readFileSync(join(folder, name), 'utf8');
      // Its failure comes out of `finish()`.
      formatted.set(
        name,
        begin(() => formatTypeScript(text, name)),
      );
    }
  };

  return {
    takeNew,
    forget(name) {
      if (name === undefined) formatted.clear();
      else formatted.delete(name);
    },
    async finish() {
      takeNew();
      for (const [name, text] of formatted) writeFileSync(join(folder, name), await finished(name, text));
      return formatted.size;
    },
  };
}

async function finished(name: string, text: Promise<string>): Promise<string> {
  try {
    return await text;
  } catch (cause) {
    throw new Error(`prettier could not format ${name}: ${(cause as Error).message}`, { cause });
  }
}
