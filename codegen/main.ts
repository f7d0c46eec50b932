/**
 * Turns spec/ and overlays/ into generated/.
 *
 * Run: npm run codegen
 */
import { fileURLToPath } from 'node:url';

import { PipelineError } from './pipeline-error.js';
import { runPipeline, type Stage } from './pipeline.js';

async function main(): Promise<void> {
  const root = (folder: string) => fileURLToPath(new URL(`../${folder}`, import.meta.url));
  try {
    await runPipeline(
      { spec: root('spec'), overlays: root('overlays'), generated: root('generated') },
      printStage,
    );
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    console.error(`\n${error.message}\n\nStopped. generated/ is as it was.`);
    process.exitCode = 1;
  }
}

function printStage({ name, durationMs, figure }: Stage): void {
  console.log(`${name.padEnd(12)} ${(durationMs / 1000).toFixed(1).padStart(5)} s   ${figure}`);
}

await main();
