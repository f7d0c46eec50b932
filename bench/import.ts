/** Compares the CPU time of a process that imports the packed package with that of one that imports nothing. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { createConsumer } from '../scripts/packed.js';
import { compareProcesses, type Program } from './processes.js';

const rounds = 41;
const report = 'writeSync(3, JSON.stringify(process.cpuUsage()));\n';

export function benchImport(): void {
  const { folder } = createConsumer();
  try {
    const program = (name: string, file: string, code: string): Program => {
      writeFileSync(join(folder, file), code);
      return { name, args: [file], cwd: folder };
    };
    const esm = "import { writeSync } from 'node:fs';\n";
    const cjs = "const { writeSync } = require('node:fs');\n";
    console.log(`Start to end of a process, ${rounds} rounds, on Node ${process.versions.node}`);
    compareProcesses(
      [
        program('nothing, as a module', 'nothing.mjs', esm + report),
        program('mistral-sdk', 'import.mjs', `${esm}import 'mistral-sdk';\n${report}`),
      ],
      rounds,
    );
    compareProcesses(
      [
        program('nothing, as CommonJS', 'nothing.cjs', cjs + report),
        program('mistral-sdk', 'require.cjs', `${cjs}require('mistral-sdk');\n${report}`),
      ],
      rounds,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
