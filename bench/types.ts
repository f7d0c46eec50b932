/** Compares what checking a program that uses the packed package costs `tsc` with the same program on bare `fetch`. */
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { createConsumer } from '../scripts/packed.js';
import { compareProcesses } from './processes.js';

/** Without `skipLibCheck` a round takes three times as long. */
const roundsOf = (skipLibCheck: boolean): number => (skipLibCheck ? 25 : 7);
const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--types', 'node'];

export function benchTypes(): void {
  const { folder } = createConsumer(['@types/node', 'undici-types']);
  try {
    for (const name of ['fetch', 'mistral-sdk'])
      cpSync(`bench/types/${name}.ts`, join(folder, `${name}.mts`));
    writeFileSync(
      join(folder, 'report.cjs'),
      "process.on('exit', () => require('node:fs').writeSync(3, JSON.stringify(process.cpuUsage())));\n",
    );
    for (const compiler of ['typescript', 'typescript-6.0'])
      for (const skipLibCheck of [true, false]) {
        const rounds = roundsOf(skipLibCheck);
        console.log(`${compiler}, skipLibCheck ${skipLibCheck}, ${rounds} rounds`);
        const tsc = resolve('node_modules', compiler, 'lib/tsc.js');
        compareProcesses(
          ['fetch', 'mistral-sdk'].map((name) => ({
            name,
            args: [
              '--require',
              './report.cjs',
              tsc,
              ...options,
              '--skipLibCheck',
              String(skipLibCheck),
              `${name}.mts`,
            ],
            cwd: folder,
          })),
          rounds,
        );
      }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
