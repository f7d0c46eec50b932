/**
 * Runs one of the examples. What follows its name is handed to it.
 *
 * Run: npm run example NAME
 */
import { readdirSync } from 'node:fs';

const folder = new URL('../examples/', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace(/\.ts$/, ''));

const [name] = process.argv.slice(2);
if (name !== undefined && names.includes(name)) {
  process.argv.splice(2, 1);
  await import(new URL(`${name}.ts`, folder).href);
} else {
  console.error(`Run: npm run example NAME, where NAME is one of ${names.join(', ')}`);
  process.exitCode = 1;
}
