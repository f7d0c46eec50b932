/**
 * Runs one of the examples. What follows its name is handed to it. Without a name, lists them.
 *
 * Run: npm run example [NAME]
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../examples/', import.meta.url);
/** An example is a file, or a folder with a `main.ts` in it; other folders are projects with packages of their own. */
const modules = new Map(
  readdirSync(folder)
    .map((entry): [name: string, module: string] =>
      entry.endsWith('.ts') ? [entry.replace(/\.ts$/, ''), entry] : [entry, `${entry}/main.ts`],
    )
    .filter(([, module]) => existsSync(new URL(module, folder))),
);

/** What an example says of itself first. */
function summaryOf(module: string): string {
  const [, summary = ''] =
    /^\/\*\*\n \* (.*?)(?:\n \*\n|\n \*\/)/s.exec(readFileSync(new URL(module, folder), 'utf8')) ?? [];
  return summary.replace(/\n \* ?/g, ' ');
}

const [name] = process.argv.slice(2);
const module = modules.get(name ?? '');
if (module !== undefined) {
  process.argv.splice(2, 1);
  await import(new URL(module, folder).href);
} else if (name === undefined) {
  console.log('Run: npm run example NAME, where NAME is one of\n');
  const width = Math.max(...[...modules.keys()].map(({ length }) => length)) + 2;
  for (const [each, file] of modules) console.log(`  ${each.padEnd(width)}${summaryOf(file)}`);
} else {
  console.error(`There is no example ${name}; there are ${[...modules.keys()].join(', ')}`);
  process.exitCode = 1;
}
