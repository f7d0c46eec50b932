import { optimizeLater } from './optimize-later.js';
import { PipelineError } from './pipeline-error.js';

/**
 * Run a command. A fault in what it was given is printed without a stack, with what became of the files; anything else is
 * a bug, and keeps its stack.
 */
export async function runCommand(command: () => Promise<void>, ending: string): Promise<void> {
  optimizeLater();
  try {
    await command();
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    console.error(`\n${error.message}\n\nStopped. ${ending}`);
    process.exitCode = 1;
  }
}
