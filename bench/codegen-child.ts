/** Runs one generator once, cold, and tells its parent what each stage took. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One stage, and the memory of the process at its end. */
export interface Measured {
  readonly stage: string;
  readonly durationMs: number;
  readonly residentBytes: number;
}

type Report = (stage: string, durationMs: number) => void;

const [contender, project] = process.argv.slice(2) as [string, string];

// Each loads what it needs itself, since that is a part of what a cold run costs.
const contenders: Readonly<Record<string, (report: Report) => Promise<void>>> = {
  async pipeline(report) {
    const { optimizeLater } = await import('../codegen/run/optimize-later.js');
    optimizeLater();
    const { runPipeline } = await import('../codegen/flow/pipeline.js');
    report('start', performance.now());
    const folders = {
      spec: join(project, 'spec'),
      overlays: join(project, 'overlays'),
      generated: join(project, 'generated'),
    };
    await runPipeline(folders, ({ name, durationMs }) => report(name, durationMs));
  },

  /** What a person gets without the pipeline: hey-api's own output, formatted. */
  async bare(report) {
    const { createClient } = await import('@hey-api/openapi-ts');
    const began = performance.now();
    report('start', began);
    const path = join(project, 'bare');
    mkdirSync(path, { recursive: true });
    await createClient({
      input: join(project, 'spec/openapi.yaml'),
      output: { path, clean: false },
      logs: { level: 'silent', file: false },
      plugins: ['@hey-api/typescript', '@hey-api/client-fetch', '@hey-api/sdk'],
    });
    const generated = performance.now();
    report('openapi-ts', generated - began);
    const prettier = fileURLToPath(new URL('bin/prettier.cjs', import.meta.resolve('prettier/package.json')));
    const options = ['--config', '.prettierrc.json', '--write', '--log-level', 'warn'];
    execFileSync(process.execPath, [prettier, ...options, path], { stdio: 'inherit' });
    report('prettier', performance.now() - generated);
  },
};

const stages: Measured[] = [];
await contenders[contender]!((stage, durationMs) =>
  stages.push({ stage, durationMs, residentBytes: process.memoryUsage.rss() }),
);
process.send!(stages);
process.disconnect();
