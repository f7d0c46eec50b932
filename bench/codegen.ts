/**
 * Compares what the pipeline costs with what hey-api and prettier alone cost on the same description, and shows how both
 * grow: the description ×1, ×2, ×4, ×8, in renamed copies.
 *
 * Every run is cold, in a process of its own.
 */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { stringify } from 'yaml';

import type { JsonObject } from '../codegen/json.js';
import { readYaml } from '../codegen/read-yaml.js';
import type { Measured } from './codegen-child.js';
import { multiply } from './multiply.js';

const sizes = [1, 2, 4, 8];
const rounds = 2;

/** Runs the comparison and prints it. */
export async function benchCodegen(): Promise<void> {
  // What is clean already needs no repair, so all copies go through all stages.
  const description = readYaml('generated/openapi.yaml') as JsonObject;
  console.log(`The best of ${rounds} cold runs each, in turns, on Node ${process.versions.node}`);
  for (const size of sizes) {
    const project = createProject(multiply(description, size));
    try {
      const bare: Measured[][] = [];
      const pipeline: Measured[][] = [];
      for (let round = 0; round < rounds; round += 1) {
        bare.push(await run('bare', project));
        pipeline.push(await run('pipeline', project));
      }
      print(size, bestOf(pipeline), bestOf(bare));
    } finally {
      rmSync(project, { recursive: true, force: true });
    }
  }
}

function print(size: number, pipeline: readonly Measured[], bare: readonly Measured[]): void {
  const ratio = (totalOf(pipeline) / totalOf(bare)).toFixed(2);
  const inWords = (stages: readonly Measured[]) => `${seconds(totalOf(stages))} s, ${megabytes(stages)} MB`;
  console.log(`\n×${size}: pipeline ${inWords(pipeline)}; bare ${inWords(bare)}; ratio of time ${ratio}`);
  const rows = [...pipeline, ...bare].map(({ stage, durationMs, residentBytes }) => [
    stage,
    { seconds: seconds(durationMs), 'MB at its end': Math.round(residentBytes / 1e6) },
  ]);
  console.table(Object.fromEntries(rows));
}

function createProject(description: JsonObject): string {
  const project = mkdtempSync(join(tmpdir(), 'mistral-sdk-bench-'));
  const text = stringify(description, { lineWidth: 0, aliasDuplicateObjects: false });
  mkdirSync(join(project, 'spec'));
  mkdirSync(join(project, 'overlays'));
  writeFileSync(join(project, 'spec/openapi.yaml'), text);
  const sha256 = createHash('sha256').update(text).digest('hex');
  writeFileSync(join(project, 'spec/source.json'), JSON.stringify({ sha256 }));
  writeFileSync(join(project, 'spec/known-problems.yaml'), '{}\n');
  cpSync('overlays/90-generators.overlay.yaml', join(project, 'overlays/90-generators.overlay.yaml'));
  return project;
}

async function run(contender: string, project: string): Promise<Measured[]> {
  const child = fork(fileURLToPath(new URL('codegen-child.ts', import.meta.url)), [contender, project], {
    execArgv: ['--import', 'tsx'],
  });
  const failed = once(child, 'exit').then(() => {
    throw new Error(`${contender} has died; what it said is above`);
  });
  const [stages] = (await Promise.race([once(child, 'message'), failed])) as [Measured[]];
  failed.catch(() => undefined);
  return stages;
}

const totalOf = (stages: readonly Measured[]): number =>
  stages.reduce((sum, { durationMs }) => sum + durationMs, 0);

/** What disturbs the machine makes a run slower, and never faster. */
const bestOf = (runs: readonly Measured[][]): Measured[] =>
  runs.toSorted((a, b) => totalOf(a) - totalOf(b))[0]!;

const seconds = (durationMs: number): string => (durationMs / 1000).toFixed(1);

const megabytes = (stages: readonly Measured[]): string =>
  Math.round(Math.max(...stages.map(({ residentBytes }) => residentBytes)) / 1e6).toString();
