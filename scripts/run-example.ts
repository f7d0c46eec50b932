/**
 * Runs one of the examples. What follows its name is handed to it.
 *
 * Run: npm run example NAME
 */
import { readdirSync } from 'node:fs';

const folder = new URL('../examples/', import.meta.url);
/** An example is a file, or a folder with a `main.ts` in it. */
const modules = new Map(
  readdirSync(folder).map((entry) =>
    entry.endsWith('.ts') ? [entry.replace(/\.ts$/, ''), entry] : [entry, `${entry}/main.ts`],
  ),
);

const [name = ''] = process.argv.slice(2);
const module = modules.get(name);
if (module !== undefined) {
  process.argv.splice(2, 1);
  await import(new URL(module, folder).href);
} else {
  console.error(`Run: npm run example NAME, where NAME is one of ${[...modules.keys()].join(', ')}`);
  process.exitCode = 1;
}
