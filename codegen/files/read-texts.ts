import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The TypeScript and Markdown files of folders, by their paths. */
export const readTexts = (folders: readonly string[]): Map<string, string> =>
  new Map(
    folders
      .flatMap((folder) =>
        readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
      )
      .filter((file) => /\.(ts|mts|md)$/.test(file) && !file.includes('node_modules'))
      .toSorted()
      .map((file) => [file, readFileSync(file, 'utf8')]),
  );

/** What people of this repository write, and what may name methods and types. */
export const writtenFolders = ['src', 'test', 'docs', 'examples', 'scripts', 'bench'];
