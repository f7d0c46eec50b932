import { fileURLToPath } from 'node:url';

/** What a check of a tree found. */
export interface Verdict {
  readonly isFine: boolean;
  readonly words: string;
}

/** Prints the verdict on this tree, when the module is the script that was run. */
export function printVerdict(module: string, check: (folder: string) => Verdict): void {
  if (process.argv[1] !== fileURLToPath(module)) return;
  const { isFine, words } = check('.');
  if (isFine) console.log(words);
  else console.error(words);
  if (!isFine) process.exitCode = 1;
}
