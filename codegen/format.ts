import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';

/** Format the TypeScript files of a folder with the repository's prettier settings. */
export async function formatFolder(folder: string): Promise<number> {
  const options = await resolveConfig(new URL('../package.json', import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  for (const name of files) {
    const file = join(folder, name);
    writeFileSync(file, await format(readFileSync(file, 'utf8'), { ...options, filepath: file }));
  }
  return files.length;
}
