/**
 * Checks that generated/ is what the pipeline makes of spec/ and overlays/ today.
 *
 * Run: npm run check:generated
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runPipeline } from '../codegen/flow/pipeline.js';

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mistral-sdk-'));
  try {
    const fresh = join(folder, 'generated');
    await runPipeline({ spec: 'spec', overlays: 'overlays', generated: fresh }, () => undefined);
    const differing = differences(fresh, 'generated');
    for (const name of differing) console.error(`generated/${name} is stale or was edited: npm run codegen`);
    if (differing.length > 0) process.exitCode = 1;
    else console.log(`generated/ is fresh: ${filesIn(fresh).length} files`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function differences(fresh: string, committed: string): string[] {
  const names = [...new Set([...filesIn(fresh), ...filesIn(committed)])].toSorted();
  return names.filter((name) => read(join(fresh, name)) !== read(join(committed, name)));
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

await main();
