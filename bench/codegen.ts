/**
 * Compares what the pipeline costs with what hey-api and prettier alone cost on the same description, and shows how both
 * grow: the description ×1, ×2, ×4, ×8, in renamed copies.
 *
 * Every run is cold: a process of its own, which is measured from its start to its end.
 */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { stringify } from 'yaml';

import type { JsonObject } from '../codegen/description/json.js';
import { readYaml } from '../codegen/files/read-yaml.js';
import type { Measured } from './codegen-child.js';
import { multiply } from './multiply.js';

const sizes = [1, 2, 4, 8];
const rounds = 3;

interface Run {
  readonly durationMs: number;
  readonly stages: readonly Measured[];
}

/** Runs the comparison and prints it. */
export async function benchCodegen(): Promise<void> {
  // What is clean already needs no repair, so all copies go through all stages.
  const description = readYaml('generated/openapi.yaml') as JsonObject;
  console.log(`The median of ${rounds} cold runs each, in turns, on Node ${process.versions.node}`);
  for (const size of sizes) {
    const project = createProject(multiply(description, size));
    try {
      const bare: Run[] = [];
      const pipeline: Run[] = [];
      for (let round = 0; round < rounds; round += 1) {
        bare.push(await run('bare', project));
        pipeline.push(await run('pipeline', project));
      }
      print(size, medianOf(pipeline), medianOf(bare));
    } finally {
      rmSync(project, { recursive: true, force: true });
    }
  }
}

function print(size: number, pipeline: Run, bare: Run): void {
  const ratio = (pipeline.durationMs / bare.durationMs).toFixed(2);
  const inWords = ({ durationMs, stages }: Run) => `${seconds(durationMs)} s, ${megabytes(stages)} MB`;
  console.log(`\n×${size}: pipeline ${inWords(pipeline)}; bare ${inWords(bare)}; ratio of time ${ratio}`);
  const rows = [...pipeline.stages, ...bare.stages.map(ofBare)].map(
    ({ stage, durationMs, residentBytes }) => [
      stage,
      { seconds: seconds(durationMs), 'MB at its end': Math.round(residentBytes / 1e6) },
    ],
  );
  console.table(Object.fromEntries(rows));
}

const ofBare = (measured: Measured): Measured => ({ ...measured, stage: `bare: ${measured.stage}` });

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

async function run(contender: string, project: string): Promise<Run> {
  const began = performance.now();
  const child = fork(fileURLToPath(new URL('codegen-child.ts', import.meta.url)), [contender, project], {
    execArgv: ['--import', 'tsx'],
  });
  let stages: Measured[] | undefined;
  child.on('message', (message) => (stages = message as Measured[]));
  await once(child, 'exit');
  if (stages === undefined) throw new Error(`${contender} has died; what it said is above`);
  return { durationMs: performance.now() - began, stages };
}

const medianOf = (runs: readonly Run[]): Run =>
  runs.toSorted((a, b) => a.durationMs - b.durationMs)[runs.length >> 1]!;

const seconds = (durationMs: number): string => (durationMs / 1000).toFixed(1);

const megabytes = (stages: readonly Measured[]): string =>
  Math.round(Math.max(...stages.map(({ residentBytes }) => residentBytes)) / 1e6).toString();
