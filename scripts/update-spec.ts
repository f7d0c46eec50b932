/**
 * Brings in a version of upstream's description: spec/, overlays/ and generated/ follow it, or stay as they are.
 *
 * Run: npm run update-spec -- FILE_OR_URL [--version NAME] [--file NAME] [--drop ROUTE|all]
 */
import { parseArgs } from 'node:util';

import { createTwoFilesPatch } from 'diff';

import { findDrift } from '../codegen/drift/find-drift.js';
import { printText } from '../codegen/drift/print.js';
import type { JsonObject } from '../codegen/description/json.js';
import { bullets } from '../codegen/run/bullets.js';
import { readOverlays } from '../codegen/overlay/overlay.js';
import { PipelineError } from '../codegen/run/pipeline-error.js';
import { readText, readYaml } from '../codegen/files/read-yaml.js';
import { fetchText } from '../codegen/files/fetch-text.js';
import { readUpstreamYaml } from '../codegen/files/read-upstream.js';
import { runCommand } from '../codegen/run/run-command.js';
import { printStage } from '../codegen/run/stage.js';
import { updateSpec, type Update } from '../codegen/flow/update-spec.js';
import type { NewVersion } from '../codegen/flow/vendor.js';

const project = { spec: 'spec', overlays: 'overlays', generated: 'generated' };

async function main(): Promise<void> {
  const version = readArguments();
  const { name } = version;
  const text = await fetchText(name);
  const vendored = readYaml('spec/openapi.yaml') as JsonObject;
  const before = {
    overlays: readOverlays('overlays'),
    effective: readYaml('generated/openapi.yaml') as JsonObject,
    types: readText('generated/types.gen.ts'),
    reference: readText('generated/api.md'),
  };
  const update = await updateSpec(project, { ...version, text }, printStage);
  const upstream = { name, document: readUpstreamYaml(text, name) };
  const drift = findDrift({
    vendored: { name: 'spec/openapi.yaml', document: vendored },
    upstream,
    ...before,
  });

  console.log(`\n${printText(drift)}`);
  console.log(
    createTwoFilesPatch('api.md, before', 'api.md', before.reference, readText('generated/api.md')),
  );
  printUpdate(update);
  console.log('\nReview the diff of overlays/ and generated/api.md, then run `npm test`.');
}

function printUpdate({ deleted, recounted, kept, proposed, leftOut, unavoidable }: Update): void {
  const print = (title: string, lines: readonly string[]): void => {
    if (lines.length > 0) console.log(`\n${title}:\n${bullets(lines, lines.length)}`);
  };
  print('Deleted from the overlays, each for the reason that it ends with', deleted);
  print('Counted again: these change another number of places than before', recounted);
  print('Kept, though upstream dropped it: operations are deprecated now', kept);
  print('Proposed, for review: look at each, and take the word out of its description', proposed);
  print('Left out, since upstream does not define it soundly', leftOut);
  print('Known problems now, in spec/unavoidable-problems.yaml: no overlay can repair them', unavoidable);
}

function readArguments(): Omit<NewVersion, 'text'> {
  const usage =
    'Run: npm run update-spec -- FILE_OR_URL [--version NAME] [--file NAME_OF_UPSTREAMS_FILE] [--drop ROUTE|all]';
  try {
    const { values, positionals } = parseArgs({
      options: {
        version: { type: 'string' },
        file: { type: 'string' },
        drop: { type: 'string', multiple: true },
      },
      allowPositionals: true,
    });
    const [name, ...others] = positionals;
    if (name === undefined || others.length > 0) throw new Error('Give one file or URL.');
    const { version, file, drop } = values;
    return { name, version, file, drop, date: dateOf(version) };
  } catch (cause) {
    throw new PipelineError(`${(cause as Error).message}\n  ${usage}`, { cause });
  }
}

/** Versions are called by their dates; one that is not is of today. */
const dateOf = (version = ''): string =>
  /^\d{4}-\d{2}-\d{2}/.exec(version)?.[0] ?? new Date().toISOString().slice(0, 10);

await runCommand(main, 'Everything is as it was.');
