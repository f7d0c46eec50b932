/** Runs one generator once, cold, and tells its parent what each stage took. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { createClient } from '@hey-api/openapi-ts';

import { startFormatting } from '../codegen/format.js';
import { runPipeline } from '../codegen/pipeline.js';

/** One stage, and the memory of the process at its end. */
export interface Measured {
  readonly stage: string;
  readonly durationMs: number;
  readonly residentBytes: number;
}

const [contender, project] = process.argv.slice(2) as [string, string];

const contenders: Readonly<
  Record<string, (report: (stage: string, durationMs: number) => void) => Promise<void>>
> = {
  async pipeline(report) {
    const folders = {
      spec: join(project, 'spec'),
      overlays: join(project, 'overlays'),
      generated: join(project, 'generated'),
    };
    await runPipeline(folders, ({ name, durationMs }) => report(name, durationMs));
  },

  /** What a person gets without the pipeline: hey-api's own output, formatted. */
  async bare(report) {
    const path = join(project, 'bare');
    mkdirSync(path, { recursive: true });
    const began = performance.now();
    await createClient({
      input: join(project, 'spec/openapi.yaml'),
      output: { path, clean: false },
      logs: { level: 'silent', file: false },
      plugins: ['@hey-api/typescript', '@hey-api/client-fetch', '@hey-api/sdk'],
    });
    const generated = performance.now();
    report('openapi-ts', generated - began);
    const formatting = startFormatting(path);
    await formatting.finish();
    await formatting.discard();
    report('prettier', performance.now() - generated);
  },
};

const stages: Measured[] = [];
await contenders[contender]!((stage, durationMs) =>
  stages.push({ stage, durationMs, residentBytes: process.memoryUsage.rss() }),
);
process.send!(stages);
