/** Prints what the package weighs that was built in the working directory. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { measureSizes } from '../scripts/size.js';

export interface Scale {
  readonly operations: number;
  /** By what is weighed: programs minified and gzipped, the others as they are. */
  readonly bytes: Readonly<Record<string, number>>;
}

const programs = [
  'new Mistral()',
  'chat and stream, flat',
  'operations on top of the client',
  'testing alone',
];

const declarations = readdirSync('dist/types', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.d\.m?ts$/.test(name))
  .map((name) => readFileSync(join('dist/types', name)).length);

const sizes = new Map((await measureSizes()).map(({ name, bytes }) => [name, bytes]));
const { operations } = (await import('../generated/api.gen.js')) as { operations: readonly unknown[] };
const scale: Scale = {
  operations: operations.length,
  bytes: {
    ...Object.fromEntries(programs.map((name) => [name, sizes.get(name)!])),
    declarations: declarations.reduce((sum, bytes) => sum + bytes, 0),
    'the package, unpacked': sizes.get('the package, unpacked')!,
  },
};
process.stdout.write(JSON.stringify(scale));
