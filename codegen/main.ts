/**
 * Turns spec/ and overlays/ into generated/, or any description into any folder.
 *
 * Run: npm run codegen
 *      npm run codegen -- --spec FILE_OR_URL --out DIR
 */
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { fetchText } from './files/fetch-text.js';
import { bullets } from './run/bullets.js';
import { PipelineError } from './run/pipeline-error.js';
import { runPipeline } from './flow/pipeline.js';
import { runCommand } from './run/run-command.js';
import { printStage } from './run/stage.js';

const root = (folder: string): string => fileURLToPath(new URL(`../${folder}`, import.meta.url));

async function main(): Promise<void> {
  const { spec, out } = readArguments();
  const project = { spec: root('spec'), overlays: root('overlays'), generated: root('generated') };
  if (spec === undefined || out === undefined) {
    return runPipeline(project, printStage);
  }
  refuseForeignFolder(out);
  // Loads compilers, which a run of the project's own pipeline loads later.
  const { generateFrom } = await import('./flow/generate-from.js');
  const source = { text: await fetchText(spec), name: spec, project, date: today(), out: resolve(out) };
  const { leftOut, notes } = await generateFrom(source, printStage);
  if (notes.length > 0) console.log(`\nTo look at:\n${bullets(notes, 1000)}`);
  if (leftOut.length > 0) console.log(`\nLeft out:\n${bullets(leftOut, 1000)}`);
}

const today = (): string => new Date().toISOString().slice(0, 10);

/** The folder is replaced as a whole. */
function refuseForeignFolder(folder: string): void {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  if (names.length === 0 || names.includes('types.gen.ts')) return;
  throw new PipelineError(
    `${folder}: holds other files than generated ones (${names.slice(0, 3).join(', ')}), and would be replaced as a whole. Give a new folder.`,
  );
}

function readArguments(): { spec?: string | undefined; out?: string | undefined } {
  const options = { spec: { type: 'string' }, out: { type: 'string' } } as const;
  const usage = 'Run: npm run codegen, or npm run codegen -- --spec FILE_OR_URL --out DIR';
  try {
    const { values } = parseArgs({ options });
    if ((values.spec === undefined) === (values.out === undefined)) return values;
    throw new Error('`--spec` and `--out` go together.');
  } catch (cause) {
    throw new PipelineError(`${(cause as Error).message}\n  ${usage}`, { cause });
  }
}

await runCommand(main, process.argv.length > 2 ? 'Nothing was written.' : 'generated/ is as it was.');
