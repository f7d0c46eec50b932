/**
 * Runs one of the examples. What follows its name is handed to it. Without a name, lists them.
 *
 * Run: npm run example [NAME]
 */
import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../examples/', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace(/\.ts$/, ''));

/** What an example says of itself first. */
function summaryOf(name: string): string {
  const [, summary = ''] =
    /^\/\*\*\n \* (.*?)(?:\n \*\n|\n \*\/)/s.exec(readFileSync(fileOf(name), 'utf8')) ?? [];
  return summary.replace(/\n \* ?/g, ' ');
}

const fileOf = (name: string): URL => new URL(`${name}.ts`, folder);

const [name] = process.argv.slice(2);
if (name === undefined) {
  console.log('Run: npm run example NAME, where NAME is one of\n');
  const width = Math.max(...names.map(({ length }) => length)) + 2;
  for (const each of names) console.log(`  ${each.padEnd(width)}${summaryOf(each)}`);
} else if (names.includes(name)) {
  process.argv.splice(2, 1);
  await import(fileOf(name).href);
} else {
  console.error(`There is no example ${name}; there are ${names.join(', ')}`);
  process.exitCode = 1;
}
